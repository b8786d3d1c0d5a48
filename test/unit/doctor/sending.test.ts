import { describe, expect, it } from 'vitest';
import { checkSending, type SamplingFacts, type SendingFacts } from '../../../src/doctor/sending.js';

const ZERO: SamplingFacts = {
  ratio: 0,
  rules: [],
  keep: { errors: false, match: [] },
  followParent: true,
  followsCallers: true,
};
const facts = (parts: Partial<SendingFacts> = {}, sample: Partial<SamplingFacts> = {}): SendingFacts => ({
  isDisabled: false,
  hasExporter: true,
  sample: { ...ZERO, ...sample },
  ...parts,
});

describe('spans are sent', () => {
  it.each<[string, Partial<SamplingFacts>]>([
    ['a ratio', { ratio: 0.01 }],
    ['a rate', { perSecond: 1 }],
    ['a rule with a ratio', { rules: [{ ratio: 0 }, { ratio: 1 }] }],
    ['kept errors', { keep: { errors: true, match: [] } }],
    ['kept slow traces', { keep: { errors: false, slowerThanMs: 500, match: [] } }],
    ['kept matches', { keep: { errors: false, match: ['checkout'] } }],
  ])('with %s', (_, sample) => {
    expect(checkSending(facts({}, sample))).toEqual([]);
  });
});

describe('no spans are sent', () => {
  it('with a ratio of 0, except for sampled callers', () => {
    expect(checkSending(facts())).toMatchObject([
      {
        name: 'sampling',
        status: 'warning',
        code: 'nothing_sampled',
        source: 'sample',
        message: 'the ratio is 0: no trace that begins here is sent',
      },
    ]);
  });

  it.each<Partial<SamplingFacts>>([{ followsCallers: false }, { followParent: false }])(
    'with a ratio of 0 and %j',
    sample => {
      const [check] = checkSending(facts({}, { rules: [{ ratio: 0 }], ...sample }));
      expect(check?.message).toBe('the ratio is 0: nothing is sent');
    },
  );

  it('without an exporter', () => {
    const checks = checkSending(facts({ hasExporter: false }, { ratio: 1 }));
    expect(checks).toMatchObject([
      { name: 'exporter', status: 'error', code: 'no_exporter', source: 'exporter' },
    ]);
  });

  it('with OTEL_SDK_DISABLED, which hides the other findings', () => {
    expect(checkSending(facts({ isDisabled: true, hasExporter: false }))).toMatchObject([
      { name: 'tracing', status: 'error', code: 'tracing_disabled', source: 'OTEL_SDK_DISABLED' },
    ]);
  });
});
