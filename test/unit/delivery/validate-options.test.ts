import { describe, expect, it } from 'vitest';
import type { OptionProblem } from '../../../src/core/errors.js';
import { deliveryValidator, MAX_TIMER_MS } from '../../../src/delivery/validate-options.js';

function validate(value: unknown): { accepted: unknown; problems: readonly OptionProblem[] } {
  const problems: OptionProblem[] = [];
  const accepted = deliveryValidator(value, { path: 'delivery', problems });
  return { accepted, problems };
}

describe('the delivery option', () => {
  it.each([
    { maxQueueBytes: 1e6, intervalMs: 50, compression: 'none', spool: false },
    { maxQueueBytes: 1_024, intervalMs: 1, requestTimeoutMs: MAX_TIMER_MS },
    { spool: '/var/spool' },
    { spool: { directory: '/var/spool', maxBytes: 1e6, mode: 'always' } },
  ])('accepts %j', options => {
    expect(validate(options)).toEqual({ accepted: options, problems: [] });
  });

  it('leaves out options that are undefined', () => {
    const { accepted, problems } = validate({ maxQueueBytes: undefined, spool: undefined });
    expect([accepted, problems]).toEqual([{}, []]);
  });

  it.each<[unknown, string, string, string?]>([
    // [options, code, path, suggestion]
    [{ intervalMs: 0 }, 'out_of_range', 'delivery.intervalMs'],
    [{ requestTimeoutMs: 3_000_000_000 }, 'out_of_range', 'delivery.requestTimeoutMs'],
    [{ requestTimeoutMs: MAX_TIMER_MS + 1 }, 'out_of_range', 'delivery.requestTimeoutMs'],
    [{ maxQueueBytes: 1_023 }, 'out_of_range', 'delivery.maxQueueBytes'],
    [{ maxQueueBytes: 2_000.5 }, 'out_of_range', 'delivery.maxQueueBytes'],
    [{ compression: 'br' }, 'wrong_type', 'delivery.compression'],
    [{ spool: true }, 'wrong_type', 'delivery.spool'],
    [{ spool: Symbol('x') }, 'wrong_type', 'delivery.spool'],
    [{ spool: '' }, 'wrong_type', 'delivery.spool'],
    [{ spool: {} }, 'wrong_type', 'delivery.spool.directory'],
    [{ spool: null }, 'wrong_type', 'delivery.spool'],
    [{ maxQueueSize: 1 }, 'unknown_option', 'delivery.maxQueueSize', 'maxQueueBytes'],
    [{ timeoutMs: 1 }, 'unknown_option', 'delivery.timeoutMs', 'requestTimeoutMs'],
    [{ shutdownTimeoutMs: 1 }, 'unknown_option', 'delivery.shutdownTimeoutMs', 'flushTimeoutMs'],
    [{ exportTimeoutMillis: 1 }, 'unknown_option', 'delivery.exportTimeoutMillis', 'requestTimeoutMs'],
    [[], 'wrong_type', 'delivery'],
    [null, 'wrong_type', 'delivery'],
    [() => {}, 'wrong_type', 'delivery'],
  ])('refuses %j', (options, code, path, suggestion) => {
    const { problems } = validate(options);
    expect(problems).toMatchObject([{ code, path }]);
    expect(problems[0]?.suggestion).toBe(suggestion);
  });
});
