import { describe, expect, it } from 'vitest';
import {
  EXPORTER_ALIASES,
  EXPORTER_NAMES,
  getOwn,
  PROPAGATOR_ALIASES,
  PROPAGATOR_NAMES,
} from '../../../src/core/known-names.js';

describe('aliases', () => {
  it.each([
    ['exporters', EXPORTER_ALIASES, EXPORTER_NAMES],
    ['propagators', PROPAGATOR_ALIASES, PROPAGATOR_NAMES],
  ])('of %s lead to a name, and none is itself a name', (_, aliases, names) => {
    const known: readonly string[] = names;
    for (const [alias, name] of Object.entries(aliases)) {
      expect(known).toContain(name);
      expect(known).not.toContain(alias);
    }
  });
});

describe('getOwn', () => {
  it('reads own properties only', () => {
    expect(getOwn({ a: 1 }, 'a')).toBe(1);
    for (const inherited of ['constructor', '__proto__', 'toString', 'b']) {
      expect(getOwn<number>({ a: 1 }, inherited)).toBeUndefined();
    }
  });
});
