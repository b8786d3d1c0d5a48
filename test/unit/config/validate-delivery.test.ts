import { describe, expect, it } from 'vitest';
import { MAX_TIMER_MS } from '../../../src/config/validate-delivery.js';
import { validateInitOptions } from '../../../src/config/validate-init-options.js';
import { problemsOf } from '../../support/problems-of.js';

describe('the delivery and limits options', () => {
  it.each([
    { limits: { attributeCountLimit: 10, attributeValueLengthLimit: Number.POSITIVE_INFINITY } },
    { limits: { linkCountLimit: 0 } },
    { delivery: { maxQueueBytes: 1e6, intervalMs: 50, compression: 'none', spool: false } },
    { delivery: { maxQueueBytes: 1_024, intervalMs: 1, requestTimeoutMs: MAX_TIMER_MS } },
    { delivery: { spool: '/var/spool' } },
    { delivery: { spool: { directory: '/var/spool', maxBytes: 1e6, mode: 'always' } } },
  ])('accept %j', options => {
    expect(validateInitOptions(options)).toEqual(options);
  });

  it.each<[unknown, string, string, string?]>([
    // [options, code, path, suggestion]
    [{ limits: { attributeCountLimit: 1.5 } }, 'out_of_range', 'limits.attributeCountLimit'],
    [{ limits: { linkCountLimit: -1 } }, 'out_of_range', 'limits.linkCountLimit'],
    [
      { limits: { atributeCountLimit: 1 } },
      'unknown_option',
      'limits.atributeCountLimit',
      'attributeCountLimit',
    ],
    [{ delivery: { intervalMs: 0 } }, 'out_of_range', 'delivery.intervalMs'],
    [{ delivery: { requestTimeoutMs: 3_000_000_000 } }, 'out_of_range', 'delivery.requestTimeoutMs'],
    [{ delivery: { requestTimeoutMs: MAX_TIMER_MS + 1 } }, 'out_of_range', 'delivery.requestTimeoutMs'],
    [{ delivery: { maxQueueBytes: 1_023 } }, 'out_of_range', 'delivery.maxQueueBytes'],
    [{ delivery: { maxQueueBytes: 2_000.5 } }, 'out_of_range', 'delivery.maxQueueBytes'],
    [{ delivery: { compression: 'br' } }, 'wrong_type', 'delivery.compression'],
    [{ delivery: { spool: true } }, 'wrong_type', 'delivery.spool'],
    [{ delivery: { spool: '' } }, 'wrong_type', 'delivery.spool'],
    [{ delivery: { spool: {} } }, 'wrong_type', 'delivery.spool.directory'],
    [{ delivery: { spool: null } }, 'wrong_type', 'delivery.spool'],
    [{ delivery: { maxQueueSize: 1 } }, 'unknown_option', 'delivery.maxQueueSize', 'maxQueueBytes'],
  ])('refuse %j', (options, code, path, suggestion) => {
    const problems = problemsOf(() => validateInitOptions(options));
    expect(problems).toMatchObject([{ code, path }]);
    expect(problems[0]?.suggestion).toBe(suggestion);
  });
});
