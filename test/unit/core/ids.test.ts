import { randomFillSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createIds } from '../../../src/core/ids.js';

describe('ids', () => {
  it('are 32 and 16 lower-case hex digits', () => {
    const ids = createIds();
    for (let i = 0; i < 2_000; i++) {
      expect(ids.generateTraceId()).toMatch(/^[0-9a-f]{32}$/);
      expect(ids.generateSpanId()).toMatch(/^[0-9a-f]{16}$/);
    }
  });

  it('do not repeat over many refills of the pool', () => {
    const ids = createIds();
    const seen = new Set<string>();
    for (let i = 0; i < 20_000; i++) {
      seen.add(ids.generateTraceId());
      seen.add(ids.generateSpanId());
    }
    expect(seen.size).toBe(40_000);
  });

  it('are the random bytes as they came, each byte used once', () => {
    let next = 0;
    const ids = createIds(bytes => bytes.forEach((_, at) => (bytes[at] = next++ % 256)));
    expect(ids.generateTraceId()).toBe('000102030405060708090a0b0c0d0e0f');
    expect(ids.generateSpanId()).toBe('1011121314151617');
    expect(ids.generateSpanId()).toBe('18191a1b1c1d1e1f');
  });

  it('are never all zero, even when the source of randomness is broken', () => {
    const ids = createIds(bytes => bytes.fill(0));
    for (let i = 0; i < 600; i++) {
      expect(ids.generateSpanId()).not.toBe('0'.repeat(16));
      expect(ids.generateTraceId()).not.toBe('0'.repeat(32));
    }
  });

  it('draw randomness for thousands of ids at a time', () => {
    let fills = 0;
    const ids = createIds(bytes => {
      fills++;
      randomFillSync(bytes);
    });
    for (let i = 0; i < 4_096; i++) ids.generateSpanId();
    expect(fills).toBe(1);
    ids.generateSpanId();
    expect(fills).toBe(2);
  });

  it('are there, and do not repeat, while the source of randomness throws, and of it again afterwards', () => {
    let fills = 0;
    const ids = createIds(bytes => {
      bytes.fill(++fills);
      if (fills === 2) throw new Error('no entropy');
    });
    const made = Array.from({ length: 8_193 }, () => ids.generateSpanId());
    expect(made[4_095]).toBe('01'.repeat(8));
    expect(new Set(made.slice(4_096, 8_192)).size).toBe(4_096);
    expect(made[8_192]).toBe('03'.repeat(8));
  });
});
