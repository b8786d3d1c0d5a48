// Properties for every input: parsing never throws, formatting is stable, and the work is linear.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baggage, traceparent, tracestate } from '../../../src/w3c/index.js';

const REAL = [
  '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  'cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03-more',
  'rojo=00f067aa0ba902b7,congo@tenant=t61rcWkgMzE,ot=th:c;rv:0af7651916cd43',
  'dd=s:2;o:rum;t.dm:-4,es=s:0.5, foo=1 \t ,bar=  2',
  'userId=alice,serverNode=DF%2028;ttl=30;private,isProduction=false',
];
const ALPHABET = '0123456789abcdefAF-=,;% \t@"\\_\u0000\u00e9\ud800\u2028';

describe('100,000 mutated headers and random texts', () => {
  it('are parsed without an exception, and format(parse(x)) is stable', () => {
    const next = createRandom(20_260_101);
    let parsed = 0;
    for (let run = 0; run < 100_000; run++) {
      if (check(run % 2 === 0 ? mutate(next) : generateNoise(next))) parsed++;
    }
    // Enough of the inputs must be valid for the test to be meaningful.
    expect(parsed).toBeGreaterThan(5_000);
  });

  it('also if fast-check generates them, with bytes and other values', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => void check(text)),
      {
        numRuns: 2_000,
      },
    );
    fc.assert(
      fc.property(fc.anything({ withTypedArray: true, withNullPrototype: true }), value => {
        traceparent.parse(value as string);
        tracestate.parse(value as string);
        baggage.parse(value as string);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('round trips', () => {
  it('restore every entry of baggage', () => {
    const token = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,20}$/);
    const value = fc.string({ unit: 'grapheme', maxLength: 30 });
    fc.assert(
      fc.property(fc.dictionary(token, value, { maxKeys: 10 }), entries => {
        const restored = baggage.parse(baggage.format(baggage.make(entries)));
        expect(Object.fromEntries(Array.from(restored, entry => [entry.key, entry.value]))).toEqual({
          ...entries,
        });
      }),
    );
  });

  it('restore every member of a tracestate', () => {
    const key = fc.stringMatching(/^[a-z0-9][a-z0-9_\-*/@]{0,30}$/);
    const value = fc.stringMatching(/^[ -+\--<>-~]{0,30}[!-+\--<>-~]$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(key, value), { maxLength: 32, selector: ([name]) => name }),
        list => {
          const state = tracestate.make(list);
          expect([...state]).toEqual(list);
          expect([...tracestate.parse(String(state))]).toEqual(list);
        },
      ),
    );
  });
});

describe('a header of 1 MB', () => {
  const SIZE = 1_000_000;
  it.each([
    ['one character', 'a'.repeat(SIZE)],
    ['white space', ' '.repeat(SIZE)],
    ['commas', ','.repeat(SIZE)],
    ['members', 'a=1,'.repeat(SIZE / 4)],
    ['a long value', `a=${'x'.repeat(SIZE)}`],
    ['a value of blanks', `a=${' '.repeat(SIZE)}1`],
    ['properties', `a=1${';p=1'.repeat(SIZE / 4)}`],
    ['percent signs', `a=${'%'.repeat(SIZE)}`],
    ['a higher traceparent', `${REAL[1]}${'-x'.repeat(SIZE / 2)}`],
    ['a blank before and behind a traceparent', `${' '.repeat(SIZE / 2)}${REAL[0]}${' '.repeat(SIZE / 2)}`],
  ])('of %s is read a bounded number of times for each character', (_what, header) => {
    const { reads, copied } = countCharacters(() => {
      String(traceparent.parse(header));
      String(tracestate.parse(header));
      String(baggage.parse(header));
    });
    expect(reads).toBeLessThanOrEqual(4 * header.length);
    expect(copied).toBeLessThanOrEqual(8 * header.length);
  });
});

/** Parses with each codec. @returns whether one of them accepted the text */
function check(text: string): boolean {
  const parent = traceparent.parse(text);
  if (parent !== undefined) expect(String(traceparent.parse(String(parent)))).toBe(String(parent));
  const state = tracestate.parse(text);
  expect(String(tracestate.parse(String(state)))).toBe(String(state));
  expect(tracestate.parse(String(state)).size).toBe(state.size);
  const entries = baggage.parse(text);
  expect(String(baggage.parse(String(entries)))).toBe(String(entries));
  return parent !== undefined || state.size > 0 || entries.size > 0;
}

function mutate(next: () => number): string {
  let text = REAL[Math.floor(next() * REAL.length)] ?? '';
  for (let left = Math.floor(next() * 4); left > 0; left--) {
    const at = Math.floor(next() * (text.length + 1));
    const char = ALPHABET[Math.floor(next() * ALPHABET.length)] ?? '';
    const kind = Math.floor(next() * 4);
    if (kind === 0) text = text.slice(0, at) + char + text.slice(at);
    else if (kind === 1) text = text.slice(0, at) + text.slice(at + 1);
    else if (kind === 2) text = text.slice(0, at) + char + text.slice(at + 1);
    else text = text.slice(0, at) + text.slice(Math.floor(next() * text.length));
  }
  return text;
}

function generateNoise(next: () => number): string {
  const units = Array.from({ length: Math.floor(next() * 80) }, () =>
    next() < 0.8 ? ALPHABET.charCodeAt(Math.floor(next() * ALPHABET.length)) : Math.floor(next() * 65_536),
  );
  return String.fromCharCode(...units);
}

/** Counts the characters that are read, and those that are copied into new strings, while fn runs. */
function countCharacters(fn: () => void): { reads: number; copied: number } {
  const { charCodeAt, slice } = String.prototype;
  let reads = 0;
  let copied = 0;
  try {
    Object.assign(String.prototype, {
      charCodeAt(this: string, at: number): number {
        reads++;
        return charCodeAt.call(this, at);
      },
      slice(this: string, from?: number, to?: number): string {
        const part = slice.call(this, from, to);
        copied += part.length;
        return part;
      },
    });
    fn();
  } finally {
    Object.assign(String.prototype, { charCodeAt, slice });
  }
  return { reads, copied };
}

/** A small generator with a seed (mulberry32), so that failures are reproducible. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
