// The corpus: no part of a secret stays readable, wherever in a span it is, and ordinary values stay unchanged.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/redact/redactor.js';
import { ORDINARY_ATTRIBUTES, ORDINARY_TEXTS } from '../../fixtures/redact/ordinary.js';
import { SECRETS } from '../../fixtures/redact/secrets.js';
import { findLeak } from '../../support/redact/find-leaks.js';
import { createDefaultRedactor, unexpectedFault } from '../../support/redact/redact-text.js';

const { attributes, text } = createDefaultRedactor();

describe('the corpus', () => {
  it('holds at least 200 secrets and 200 ordinary values', () => {
    expect(SECRETS.length).toBeGreaterThanOrEqual(200);
    expect(ORDINARY_TEXTS.length + ORDINARY_ATTRIBUTES.length).toBeGreaterThanOrEqual(200);
    expect(new Set(SECRETS.map(each => each.secret)).size).toBeGreaterThanOrEqual(200);
  });

  it('the test finds a leak in each text without redaction', () => {
    for (const { secret, text: planted } of SECRETS) expect(findLeak(secret, planted)).toBeDefined();
  });

  it.each(SECRETS.map((each, i) => [i, each.key ?? each.text.slice(0, 60), each] as const))(
    'secret %i: %s',
    (_, __, { secret, text: planted, key }) => {
      const redacted = key === undefined ? text(planted) : JSON.stringify(attributes({ [key]: planted }));
      expect(findLeak(secret, redacted), redacted).toBeUndefined();
    },
  );

  it('a redacted text stays unchanged', () => {
    for (const { text: planted, key } of SECRETS) {
      if (key === undefined) expect(text(text(planted))).toBe(text(planted));
    }
  });

  it.each(ORDINARY_TEXTS)('ordinary: %s', ordinary => expect(text(ordinary)).toBe(ordinary));

  it.each(ORDINARY_ATTRIBUTES)('ordinary: %s = %s', (key, value) => {
    const given = { [key]: value };
    expect(attributes(given)).toBe(given);
  });

  // A failure prints seed and path. Passed to fc.assert as its second argument, they repeat it.
  it('secrets are found behind any ordinary text', () => {
    const ordinary = fc.constantFrom(...ORDINARY_TEXTS);
    const secret = fc.constantFrom(...SECRETS.filter(each => each.key === undefined));
    fc.assert(
      fc.property(ordinary, secret, (before, { secret: hidden, text: planted }) => {
        const redacted = text(`${before}\n${planted}`);
        // The ordinary text may have a word in common with the text around the secret: "signature".
        expect(redacted.startsWith(before)).toBe(true);
        expect(findLeak(hidden, redacted.slice(before.length))).toBeUndefined();
      }),
    );
  });
});

describe('the replacement ends with the secret', () => {
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
  ])('%s', (given, redacted) => expect(text(given)).toBe(redacted));
});

describe('attributes', () => {
  it('numbers are secrets under the keys of passwords, booleans never', () => {
    const given = { pin: 1234, token: 17, password: true, card_number: 4111 };
    expect(attributes(given)).toEqual({ pin: '***', token: 17, password: true, card_number: '***' });
  });

  it('lists are redacted element by element, and an element can be the key of the next', () => {
    expect(
      attributes({
        cookie: ['a=1', 'b=2'],
        args: ['app', '--password', 'hunter2', '--port', '80'],
        raw: ['Host', 'a.example', 'Cookie', 'a=b', 'X-Api-Key', 'k1'],
        texts: ['ok', 'token=abc1'],
        pins: [1, 2],
      }),
    ).toEqual({
      cookie: ['***', '***'],
      args: ['app', '--password', '***', '--port', '80'],
      raw: ['Host', 'a.example', 'Cookie', '***', 'X-Api-Key', '***'],
      texts: ['ok', 'token=***'],
      pins: [1, 2],
    });
  });

  it('an element of more than 64 characters is not a key', () => {
    const option = (length: number): string => `--${'a'.repeat(length - 11)}-password`;
    for (const [length, value] of [
      [64, '***'],
      [65, 'hunter2'],
    ] as const) {
      expect(option(length)).toHaveLength(length);
      expect(attributes({ args: [option(length), 'hunter2'] })).toEqual({ args: [option(length), value] });
    }
  });

  it('a word of an option in a list is not a key without its hyphens', () => {
    const given = { args: ['password', 'x1', '-code', 'x2', 'token', 'x3'] };
    expect(attributes(given)).toBe(given);
  });

  it('a repeated value has the same result between other values', () => {
    for (let i = 0; i < 3; i++) {
      for (const value of ['GET', 'a token=abc1', 'POST', 'PUT']) {
        expect(attributes({ m: value }).m).toBe(value.startsWith('a ') ? 'a token=***' : value);
      }
    }
  });

  it('more keys than are cached are redacted', () => {
    const redactor = createDefaultRedactor();
    for (let i = 0; i < 5_000; i++) {
      expect(redactor.attributes({ [`k${i}.password`]: 'x' })[`k${i}.password`]).toBe('***');
    }
  });

  it('drop: an element of a list becomes an empty text', () => {
    const redactor = createRedactor({ replace: 'drop' }, unexpectedFault);
    expect(redactor.attributes({ args: ['--password', 'hunter2', 'x'] })).toEqual({
      args: ['--password', '', 'x'],
    });
  });
});

describe('the patterns of the user', () => {
  it.each(['', 'g', 'y', 'gy', 'i'])('match everywhere, each time, with the flags "%s"', flags => {
    const redactor = createRedactor({ patterns: [new RegExp('C-\\d+', flags)] }, unexpectedFault);
    for (let i = 0; i < 3; i++) expect(redactor.text('a C-1, C-22')).toBe('a ***, ***');
  });

  it('with an empty match change nothing', () => {
    expect(createRedactor({ patterns: [/x*/] }, unexpectedFault).text('abc')).toBe('abc');
  });

  it('receive the key', () => {
    const redactor = createRedactor(
      { patterns: [/C-\d+/], replace: (value, key) => `${key}:${value.length}` },
      unexpectedFault,
    );
    expect(redactor.attributes({ note: 'by C-123' })).toEqual({ note: 'by note:5' });
  });

  it('apply to a repeated ordinary value too', () => {
    const redactor = createRedactor({ patterns: [/C-\d+/] }, unexpectedFault);
    for (let i = 0; i < 3; i++) {
      expect(redactor.attributes({ note: 'C-123', city: 'Bonn' })).toEqual({ note: '***', city: 'Bonn' });
    }
  });
});

it('redact: false redacts nothing', () => {
  const redactor = createRedactor(false, unexpectedFault);
  const given = { password: 'a' };
  expect(redactor.attributes(given)).toBe(given);
  expect(redactor.text('token=abc')).toBe('token=abc');
  expect(redactor.getNameCache('token=abc').name).toBe('token=abc');
});
