import { describe, expect, it } from 'vitest';
import { TraceOverrides } from '../../../src/sampling/trace-overrides.js';

describe('TraceOverrides', () => {
  it('returns the latest override of a trace', () => {
    const overrides = new TraceOverrides();
    expect(overrides.get('a')).toBeUndefined();
    overrides.set('a', 'keep');
    overrides.set('a', 'drop');
    overrides.set('b', 'keep');
    expect([overrides.get('a'), overrides.get('b'), overrides.get('c')]).toEqual(['drop', 'keep', undefined]);
  });

  it('hasKept is true after the first keep, and stays true', () => {
    const overrides = new TraceOverrides();
    overrides.set('a', 'drop');
    expect(overrides.hasKept).toBe(false);
    overrides.set('a', 'keep');
    overrides.set('a', 'drop');
    expect(overrides.hasKept).toBe(true);
  });

  it('hasKept is true once a keep is expected, without an override', () => {
    const overrides = new TraceOverrides();
    overrides.expectKeep();
    expect(overrides.hasKept).toBe(true);
    expect(overrides.get('a')).toBeUndefined();
  });

  it('stores 10,000 overrides and removes the oldest beyond that', () => {
    const overrides = new TraceOverrides();
    for (let i = 0; i < 10_000; i++) overrides.set(`trace${i}`, 'drop');
    expect(overrides.get('trace0')).toBe('drop');
    overrides.set('trace10000', 'drop');
    expect(overrides.get('trace0')).toBeUndefined();
    expect(overrides.get('trace1')).toBe('drop');
    expect(overrides.get('trace10000')).toBe('drop');
  });

  it('a repeated override of a trace makes it the newest, and removes none', () => {
    const overrides = new TraceOverrides();
    for (let i = 0; i < 10_000; i++) overrides.set(`trace${i}`, 'drop');
    overrides.set('trace0', 'keep');
    expect(overrides.get('trace1')).toBe('drop');
    overrides.set('trace10000', 'drop');
    expect(overrides.get('trace0')).toBe('keep');
    expect(overrides.get('trace1')).toBeUndefined();
  });
});
