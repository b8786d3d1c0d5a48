// The cache of attribute values saves work and changes no result: each value is compared with the result of a redactor with
// empty caches.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createAttributeCache,
  isKnownClean,
  MAX_CACHED_LENGTH,
  rememberClean,
} from '../../../../src/redact/cache/attribute.js';
import { createDefaultRedactor } from '../../../support/redact/redact-text.js';
import { corpusPart, fixedPart, variablePart } from '../../../support/redact/text-arbitraries.js';

describe('the results with the cache are those without it', () => {
  it('for values under one key', () => {
    const values = fc
      .tuple(
        fc.array(fixedPart, { maxLength: 3 }),
        fc.array(fixedPart, { maxLength: 3 }),
        fc.array(fc.oneof(variablePart, corpusPart), { minLength: 3, maxLength: 12 }),
      )
      .map(([head, tail, parts]) => parts.map(part => `${head.join('')}${part}${tail.join('')}`));
    fc.assert(
      fc.property(values, fc.constantFrom('url.full', 'note', 'exception.stacktrace'), (texts, key) => {
        const redactor = createDefaultRedactor();
        for (const text of texts) {
          const attributes = { [key]: text };
          expect(redactor.attributes(attributes)).toEqual(createDefaultRedactor().attributes(attributes));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('for more values than are compared', () => {
    const redactor = createDefaultRedactor();
    const redact = (text: string): unknown => redactor.attributes({ 'url.full': text })['url.full'];
    for (let i = 0; i < 5_000; i++) {
      const url = `https://api.example/orders/${i}?page=2`;
      expect(redact(url)).toBe(url);
      const other = `https://other.example/carts/${i}/items?note=${i}`;
      if (i % 7 === 0) expect(redact(other)).toBe(other);
      if (i % 97 === 0)
        expect(redact(`https://api.example/orders/${i}?token=abcdefghijkl`)).not.toContain('abcdefghijkl');
      if (i % 97 === 1)
        expect(redact('https://api.example/orders/ghp_0123456789abcdefghij?page=2')).not.toContain('ghp_');
      if (i % 97 === 2) expect(redact('https://api.example/orders/pin=4711?page=2')).not.toContain('4711');
    }
  });

  it.each([
    [
      'hosts, some of them of webhooks',
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
      ['17', '18', '--user'].map(part => `https://a.example/orders/${part}?range=ann:hunter2`),
      'https://a.example/orders/--user?range=ann:***',
    ],
  ])('for values that differ in %s', (_, values, redacted) => {
    const redactor = createDefaultRedactor();
    const results = values.map(value => redactor.attributes({ 'url.full': value })['url.full']);
    expect(results).toEqual([...values.slice(0, -1), redacted]);
  });
});

describe('an attribute cache', () => {
  it('knows the last two clean values', () => {
    const cache = createAttributeCache('note', 'plain');
    for (const text of ['a', 'b', 'c']) rememberClean(cache, text, false);
    expect(['a', 'b', 'c'].map(text => isKnownClean(cache, text))).toEqual([false, true, true]);
  });

  it('knows values like the last two unsuspicious ones, apart from one part', () => {
    const cache = createAttributeCache('note', 'plain');
    rememberClean(cache, '/orders/17/items', true);
    expect(isKnownClean(cache, '/orders/19/items')).toBe(false);
    rememberClean(cache, '/orders/18/items', true);
    expect(isKnownClean(cache, '/orders/19/items')).toBe(true);
    expect(isKnownClean(cache, '/orders/pin=1/items')).toBe(false);
  });

  it('derives no template from values with candidate places', () => {
    const cache = createAttributeCache('note', 'plain');
    rememberClean(cache, '/orders/17/items', false);
    rememberClean(cache, '/orders/18/items', false);
    expect(isKnownClean(cache, '/orders/19/items')).toBe(false);
  });

  it('derives at most 16 templates', () => {
    const cache = createAttributeCache('note', 'plain');
    for (let i = 0; i < 40; i++) rememberClean(cache, `/a${i % 2}/orders/${i}/items`, true);
    expect(cache.templatesDerived).toBe(16);
  });

  it('stores no long value', () => {
    const cache = createAttributeCache('note', 'plain');
    const longest = 'a'.repeat(MAX_CACHED_LENGTH);
    rememberClean(cache, longest, false);
    rememberClean(cache, `${longest}a`, false);
    expect([isKnownClean(cache, longest), isKnownClean(cache, `${longest}a`)]).toEqual([true, false]);
  });

  it('stops comparing after 32 new values, and starts again after 4,096', () => {
    const cache = createAttributeCache('note', 'plain');
    const isKnown = (text: string): boolean => isKnownClean(cache, text);
    rememberClean(cache, 'same', false);
    for (let i = 0; i < 31; i++) isKnown(`new ${i}`);
    expect(isKnown('same')).toBe(true);
    for (let i = 0; i < 32; i++) isKnown(`new ${i}`);
    expect(isKnown('same')).toBe(false);
    // Nothing is stored meanwhile.
    rememberClean(cache, 'other', false);
    expect(cache.lastClean).toBe('same');
    let compared = 1;
    while (!isKnown('same') && compared < 10_000) compared++;
    expect(compared).toBe(4_096 - 32);
  });

  it('treats the keys of queries as plain', () => {
    expect(createAttributeCache('sig', 'query').keyKind).toBe('plain');
    expect(createAttributeCache('token', 'token').keyKind).toBe('token');
  });
});
