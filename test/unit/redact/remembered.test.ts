// What a redactor remembers of former values saves it work, and changes nothing: values that come again, values that differ
// in one piece, stacks with the same frames, texts that are too plain. Each is compared with a redactor that knows nothing.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyClassifier } from '../../../src/redact/rules/key-classifier.js';
import { isPlainText } from '../../../src/redact/prefilter/plain-text.js';
import { createRedactor } from '../../../src/redact/redactor.js';
import type { SecretRedactor } from '../../../src/redact/secret-redactor.js';
import { findNextSecret } from '../../../src/redact/scan.js';
import { ORDINARY_TEXTS } from '../../fixtures/redact/ordinary.js';
import { SECRETS } from '../../fixtures/redact/secrets.js';

const fresh = (): SecretRedactor => createRedactor(undefined, () => {});

/** Asks the handlers at each place of a text. */
const EVERYWHERE = Object.assign(new KeyClassifier(), {
  suspects: { isIn: () => true, any: /(?:)/, withoutAt: /[^]/g, withAt: /[^]/g },
});

const planted = [...SECRETS.map(each => each.text), ...ORDINARY_TEXTS];
const cut = fc
  .tuple(fc.constantFrom(...planted), fc.nat(200), fc.nat(40))
  .map(([text, from, length]) => text.slice(from % text.length, (from % text.length) + length));
const id = fc.oneof(
  fc.nat(99_999_999).map(String),
  fc.stringMatching(/^[A-Za-z0-9_.-]{1,24}$/),
  fc.constantFrom(
    'ghp_',
    'sk-',
    'SG.',
    'eyJ',
    'hunter2',
    'AKIA',
    'token',
    'password=',
    'a=b',
    '',
    '-',
    '--pin',
    '--user',
    'hooks.slack.com',
    'discord.com',
    '@',
    '%3D',
  ),
);
const edge = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '/orders/',
      '/v1/charges/',
      '?page=',
      '&id=',
      '/',
      '=',
      '?token=',
      '&sig=',
      ' ',
      ':',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'https://api.example',
      'https://',
      'https://hooks.slack.com/services',
      '/services/T01/B02/abcdefgh',
      '/api/webhooks/17/abcdefgh',
      '://',
      'user=ann',
      '?',
      '&x=1',
    ),
  },
  cut,
);

describe('what is remembered', () => {
  it('of values under one key', () => {
    const values = fc
      .tuple(
        fc.array(edge, { maxLength: 3 }),
        fc.array(edge, { maxLength: 3 }),
        fc.array(fc.oneof(id, cut), { minLength: 3, maxLength: 12 }),
      )
      .map(([head, tail, pieces]) => pieces.map(piece => `${head.join('')}${piece}${tail.join('')}`));
    fc.assert(
      fc.property(values, fc.constantFrom('url.full', 'note', 'exception.stacktrace'), (texts, key) => {
        const redactor = fresh();
        for (const text of texts) {
          expect(redactor.attributes({ [key]: text })).toEqual(fresh().attributes({ [key]: text }));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('of values that are seen more often than they are compared', () => {
    const redactor = fresh();
    const shown = (text: string): unknown => redactor.attributes({ 'url.full': text })['url.full'];
    for (let i = 0; i < 5_000; i++) {
      const url = `https://api.example/orders/${i}?page=2`;
      expect(shown(url)).toBe(url);
      const other = `https://other.example/carts/${i}/items?note=${i}`;
      if (i % 7 === 0) expect(shown(other)).toBe(other);
      if (i % 97 === 0)
        expect(shown(`https://api.example/orders/${i}?token=abcdefghijkl`)).not.toContain('abcdefghijkl');
      if (i % 97 === 1)
        expect(shown('https://api.example/orders/ghp_0123456789abcdefghij?page=2')).not.toContain('ghp_');
      if (i % 97 === 2) expect(shown('https://api.example/orders/pin=4711?page=2')).not.toContain('4711');
    }
  });

  it.each([
    [
      'hosts, of which some are those of webhooks',
      ['https://one.example', 'https://two.example', 'https://hooks.slack.com'].map(
        host => `${host}/services/T01/B02/abcdefgh123`,
      ),
      'https://hooks.slack.com/services/***',
    ],
    [
      'hosts behind the slashes of JSON',
      [String.raw`:\/\/a.example`, String.raw`:\/\/b.example`, String.raw`:\/\/hooks.slack.com`].map(
        host => `{"url":"https${host}/services/T01/B02/abcdefgh123`,
      ),
      String.raw`{"url":"https:\/\/hooks.slack.com/services/***`,
    ],
    [
      'slashes of a URL',
      ['/a', '/b', '//discord.com/api'].map(path => `https:${path}/webhooks/17/abcdefgh123`),
      'https://discord.com/api/webhooks/17/***',
    ],
    [
      'an option before a colon',
      ['17', '18', '--user'].map(piece => `https://a.example/orders/${piece}?range=ann:hunter2`),
      'https://a.example/orders/--user?range=ann:***',
    ],
  ])('of values that differ in %s', (_, values, shown) => {
    const redactor = fresh();
    const all = values.map(value => redactor.attributes({ 'url.full': value })['url.full']);
    expect(all).toEqual([...values.slice(0, -1), shown]);
  });

  it('of the frames of stacks', () => {
    const frames = [
      '\n    at charge (file:///app/pay.js:7:12)',
      '\n    at <anonymous>',
      '\n    at new Promise (<anonymous>)',
      '\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
      '\n  [cause]: Error: token=hunter2hunter2',
      '\n    at f (https://ann:hunter2@cdn.example/a.js:1:2)',
    ];
    const stacks = fc.array(
      fc.tuple(
        fc.array(fc.oneof(cut, id, edge), { maxLength: 3 }),
        fc.array(fc.constantFrom(...frames), { maxLength: 3 }),
      ),
      { minLength: 2, maxLength: 8 },
    );
    fc.assert(
      fc.property(stacks, made => {
        const redactor = fresh();
        for (const [message, under] of made) {
          const attributes = { 'exception.stacktrace': `Error: ${message.join('')}${under.join('')}` };
          expect(redactor.attributes(attributes)).toEqual(fresh().attributes(attributes));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('of names', () => {
    const redactor = fresh();
    for (let round = 0; round < 3; round++) {
      expect(redactor.cacheFor('GET /orders/:id').name).toBe('GET /orders/:id');
      expect(redactor.cacheFor('GET /?token=abcdefgh').name).toBe('GET /?token=***');
    }
    for (let i = 0; i < 2_000; i++) expect(redactor.cacheFor(`job ${i} pin=4711`).name).toBe(`job ${i} pin=***`);
    expect(redactor.attributes({ pin: 4711, note: 'x' }, redactor.cacheFor('job 1999 pin=4711'))).toEqual({
      pin: '***',
      note: 'x',
    });
  });

  it('of more keys than are remembered', () => {
    const redactor = fresh();
    for (let i = 0; i < 10_000; i++) {
      const kind = redactor.cacheFor(`job ${i % 600}`);
      expect(redactor.attributes({ [`k${i}`]: 'v', password: `hunter${i}` }, kind)).toEqual({
        [`k${i}`]: 'v',
        password: '***',
      });
    }
  });
});

describe('a text that is too plain', () => {
  const plain = fc
    .array(
      fc.oneof(
        fc.stringMatching(/^[A-Za-z0-9/,&?._=-]{1,8}$/),
        fc.constantFrom(
          'token',
          'pin',
          'sig',
          'key',
          'id',
          'session',
          '_',
          '=',
          '--',
          '-u',
          'ghp_',
          'eyJ',
          'SG.',
          'hvs.',
          'AKIA',
          'ya29.',
          'cvv2',
        ),
      ),
      { maxLength: 8 },
    )
    .map(parts => parts.join(''));

  it('holds no secret that a handler finds', () => {
    let count = 0;
    fc.assert(
      fc.property(plain, text => {
        if (!isPlainText(text, false)) return;
        count++;
        expect(findNextSecret(text, 0, EVERYWHERE)).toBeUndefined();
      }),
      { numRuns: 3_000 },
    );
    expect(count).toBeGreaterThan(300);
  });

  it('has no sign where any key may be a secret', () => {
    expect(isPlainText('expand=items', false)).toBe(true);
    expect(isPlainText('expand=items', true)).toBe(false);
    const own = createRedactor({ keys: ['expand'] }, () => {});
    expect(own.attributes({ 'url.query': 'expand=items&page=2' })).toEqual({
      'url.query': 'expand=***&page=2',
    });
  });

  it.each([
    'pin=4711',
    'sid=abcdef',
    'q=1&sig=abcdef1234',
    'token=a',
    'x_key=abc',
    'session_id=abc',
    'ghp_0123456789abcdef',
    'eyJhbGciOi.x',
    'cvv2=123',
    'AKIAIOSFODNN7EXAMPLE',
  ])('%s is not', text => expect(isPlainText(text, false)).toBe(false));
});
