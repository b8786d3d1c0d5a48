import fc from 'fast-check';
import { expect, it } from 'vitest';
import { suggest } from '../../../src/core/suggest.js';

const NAMES = ['service', 'exporter', 'sample', 'propagate', 'redact'];

it.each([
  ['servce', 'service'],
  ['SERVICE', 'service'],
  ['exporters', 'exporter'],
  ['smaple', 'sample'],
  ['propagation', 'propagate'],
  ['banana', undefined],
  ['', undefined],
])('%s: %s', (name, expected) => {
  expect(suggest(name, NAMES)).toBe(expected);
});

it('chooses the nearest of several names', () => {
  expect(suggest('otlq', ['otlp', 'oltp'])).toBe('otlp');
  expect(suggest('otlq', [])).toBeUndefined();
});

it('a short name is near after one edit only', () => {
  expect(['foo', 'rot', 'roo', 'tp', 'none'].map(name => suggest(name, ['root', 'to', 'notes']))).toEqual([
    undefined,
    'root',
    'root',
    'to',
    'notes',
  ]);
});

it('finds a name after one edit', () => {
  const edited = fc
    .tuple(fc.constantFrom(...NAMES), fc.nat(), fc.constantFrom('x', ''))
    .map(([name, at, to]) => {
      const index = at % name.length;
      return [name, name.slice(0, index) + to + name.slice(index + 1)] as const;
    });
  fc.assert(fc.property(edited, ([name, written]) => suggest(written, NAMES) === name));
});

it('takes bounded time for a long name', () => {
  expect(suggest('x'.repeat(1_000_000), NAMES)).toBeUndefined();
});
