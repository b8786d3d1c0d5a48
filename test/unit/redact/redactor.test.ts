// The corpus: of each secret nothing readable is left, wherever in a span it stands; ordinary values stay byte for byte.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNested, nestedKeys, rememberNested } from '../../../src/spans/nested-attributes.js';
import { createRedactor } from '../../../src/redact/redactor.js';
import { ORDINARY_ATTRIBUTES, ORDINARY_TEXTS } from '../../fixtures/redact/ordinary.js';
import { SECRETS } from '../../fixtures/redact/secrets.js';
import { makeSpan } from '../../support/spans.js';
import { leakOf } from '../../support/redact/find-leaks.js';

const unexpected = (fault: unknown): void => {
  throw new Error('no fault was expected', { cause: fault });
};
const { span, attributes, text } = createRedactor(undefined, unexpected);

describe('the corpus', () => {
  it('holds at least 200 secrets and as many ordinary values', () => {
    expect(SECRETS.length).toBeGreaterThanOrEqual(200);
    expect(ORDINARY_TEXTS.length + ORDINARY_ATTRIBUTES.length).toBeGreaterThanOrEqual(200);
    expect(new Set(SECRETS.map(each => each.secret)).size).toBeGreaterThanOrEqual(200);
  });

  it('would notice a leak', () => {
    for (const { secret, text: planted } of SECRETS) expect(leakOf(secret, planted)).toBeDefined();
  });

  it.each(SECRETS.map((each, i) => [i, each.key ?? each.text.slice(0, 60), each] as const))(
    'secret %i: %s',
    (_, __, { secret, text: planted, key }) => {
      const shown = key === undefined ? text(planted) : JSON.stringify(attributes({ [key]: planted }));
      expect(leakOf(secret, shown), shown).toBeUndefined();
    },
  );

  it('text that is redacted already stays as it is', () => {
    for (const { text: planted, key } of SECRETS) {
      if (key === undefined) expect(text(text(planted))).toBe(text(planted));
    }
  });

  it.each(ORDINARY_TEXTS)('ordinary: %s', ordinary => expect(text(ordinary)).toBe(ordinary));

  it.each(ORDINARY_ATTRIBUTES)('ordinary: %s = %s', (key, value) => {
    const given = { [key]: value };
    expect(attributes(given)).toBe(given);
  });

  // A failure prints seed and path; given to fc.assert as its second argument they make it come again.
  it('secrets are found in any ordinary text around them', () => {
    const around = fc.constantFrom(...ORDINARY_TEXTS);
    const secret = fc.constantFrom(...SECRETS.filter(each => each.key === undefined));
    fc.assert(
      fc.property(around, secret, (before, { secret: hidden, text: planted }) => {
        const shown = text(`${before}\n${planted}`);
        // What is ordinary stays, and may have a word in common with what is written around a secret: "signature".
        expect(shown.startsWith(before)).toBe(true);
        expect(leakOf(hidden, shown.slice(before.length))).toBeUndefined();
      }),
    );
  });
});

describe('what is hidden ends with the secret', () => {
  it.each([
    ['{"password":["a1b2","c3d4"],"name":"ann"}', '{"password":"***","name":"ann"}'],
    [
      String.raw`{"sent":"{\"password\":[\"a1b2\",\"c]d4\"],\"name\":\"ann\"}","n":1}`,
      String.raw`{"sent":"{\"password\":\"***\",\"name\":\"ann\"}","n":1}`,
    ],
    // The inner text was cut.
    [
      String.raw`{"sent":"{\"password\":[\"a1b2\",\"c3","n":1}`,
      String.raw`{"sent":"{\"password\":\"***\"","n":1}`,
    ],
    [
      'insert into users ( "name" ,  `password` ) values (1, 2); ok',
      'insert into users ( "name" ,  `password` ) values (***); ok',
    ],
    [`Basic ${'Zx9+'.repeat(300)}, then more`, 'Basic ***, then more'],
    [`Bearer ${'Zx9+'.repeat(300)}, then more`, 'Bearer ***, then more'],
    ['a basic+training+for+all', 'a basic+training+for+all'],
  ])('%s', (given, shown) => expect(text(given)).toBe(shown));
});

describe('a span', () => {
  it('without secrets comes back as the same object', () => {
    const plain = makeSpan({
      attributes: { 'http.request.method': 'GET', tags: ['a', 'b'] },
      events: [{ name: 'paid', time: [1, 2], attributes: { 'payment.id': 'p-1' } }],
      links: [{ context: makeSpan().spanContext(), attributes: { a: 1 } }],
      status: { code: 2, message: 'no such order' },
    });
    expect(span(plain)).toBe(plain);
    expect(span(plain)).toBe(plain);
  });

  it('with secrets stays as it was, and comes back as a view with everything else', () => {
    const given = makeSpan({
      name: 'GET /reset?token=abc123def',
      attributes: { password: 'x1', ok: true },
      events: [
        { name: 'plain', time: [1, 2] },
        { name: 'password=x2y', time: [3, 4], attributes: { 'exception.message': 'token=x3y', n: 1 } },
      ],
      links: [{ context: makeSpan().spanContext(), attributes: { secret: 'x4' } }],
      status: { code: 2, message: 'https://ann:x5@a.example' },
    });
    const before = structuredClone({ ...given, spanContext: undefined, resource: undefined });
    const shown = span(given);
    expect(structuredClone({ ...given, spanContext: undefined, resource: undefined })).toEqual(before);
    expect(shown).toMatchObject({
      name: 'GET /reset?token=***',
      attributes: { password: '***', ok: true },
      events: [
        { name: 'plain', time: [1, 2] },
        { name: 'password=***', time: [3, 4], attributes: { 'exception.message': 'token=***', n: 1 } },
      ],
      links: [{ attributes: { secret: '***' } }],
      status: { code: 2, message: 'https://***@a.example' },
      startTime: given.startTime,
      endTime: given.endTime,
    });
    expect(shown.events[0]).toBe(given.events[0]);
    expect(shown.spanContext()).toBe(given.spanContext());
  });

  it('objects in attributes stay objects for whoever can send them', () => {
    const given = { customer: '{"name":"ann","password":"x1"}' };
    rememberNested(given, 'customer', {}, given.customer);
    const shown = attributes(given);
    expect([...(nestedKeys(shown) ?? [])]).toEqual(['customer']);
    expect(parseNested(shown.customer)).toEqual({ name: 'ann', password: '***' });
  });
});

describe('attributes', () => {
  it('numbers are hidden where a secret may be one, flags never', () => {
    const given = { pin: 1234, token: 17, password: true, card_number: 4111 };
    expect(attributes(given)).toEqual({ pin: '***', token: 17, password: true, card_number: '***' });
  });

  it('lists are hidden one by one, and behind what announces a secret', () => {
    expect(
      attributes({
        cookie: ['a=1', 'b=2'],
        args: ['app', '--password', 'hunter2', '--port', '80'],
        raw: ['Host', 'a.example', 'Cookie', 'a=b', 'X-Api-Key', 'k1'],
        texts: ['ok', 'token=abc1'],
      }),
    ).toEqual({
      cookie: ['***', '***'],
      args: ['app', '--password', '***', '--port', '80'],
      raw: ['Host', 'a.example', 'Cookie', '***', 'X-Api-Key', '***'],
      texts: ['ok', 'token=***'],
    });
  });

  it('a value that comes again is judged the same, between others', () => {
    for (let i = 0; i < 3; i++) {
      for (const value of ['GET', 'a token=abc1', 'POST', 'PUT']) {
        expect(attributes({ m: value }).m).toBe(value.startsWith('a ') ? 'a token=***' : value);
      }
    }
  });

  it('more keys than are remembered are judged all the same', () => {
    const many = createRedactor(undefined, unexpected);
    for (let i = 0; i < 5_000; i++) {
      expect(many.attributes({ [`k${i}.password`]: 'x' })[`k${i}.password`]).toBe('***');
    }
  });
});
