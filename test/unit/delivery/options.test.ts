import { describe, expect, it } from 'vitest';
import { DELIVERY_DEFAULTS, type DeliveryOptions, resolveDelivery } from '../../../src/delivery/options.js';

describe('resolveDelivery', () => {
  it('fills in every default', () => {
    expect(resolveDelivery({})).toEqual({
      maxQueueBytes: 67_108_864,
      maxChunkBytes: 524_288,
      intervalMs: 1_000,
      requestTimeoutMs: 10_000,
      flushTimeoutMs: 3_000,
      compression: 'gzip',
      spool: false,
    });
  });

  it('keeps every option that is set', () => {
    const options = {
      maxQueueBytes: 1,
      maxChunkBytes: 2,
      intervalMs: 3,
      requestTimeoutMs: 4,
      flushTimeoutMs: 5,
      compression: 'none',
      spool: { directory: '/spool', maxBytes: 6, mode: 'always' },
    } as const;
    expect(resolveDelivery(options)).toEqual(options);
  });

  it('treats an undefined option as absent', () => {
    const options = Object.fromEntries(
      Object.keys(DELIVERY_DEFAULTS).map(name => [name, undefined]),
    ) as DeliveryOptions;
    expect(resolveDelivery(options)).toEqual(DELIVERY_DEFAULTS);
    const spool = { directory: '/spool', maxBytes: undefined, mode: undefined } as never;
    expect(resolveDelivery({ spool }).spool).toEqual({
      directory: '/spool',
      maxBytes: 268_435_456,
      mode: 'overflow',
    });
  });

  it.each(['/spool', { directory: '/spool' }])('fills in the defaults of the spool %j', spool => {
    expect(resolveDelivery({ spool }).spool).toEqual({
      directory: '/spool',
      maxBytes: 268_435_456,
      mode: 'overflow',
    });
  });
});
