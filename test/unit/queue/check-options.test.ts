import { describe, expect, it } from 'vitest';
import {
  CONSUME_BATCH_RULES,
  CONSUME_RULES,
  checkOptions,
  isCarrier,
  type OptionRules,
  PROCESS_BATCH_RULES,
  PROCESS_RULES,
  PUBLISH_BATCH_RULES,
  PUBLISH_RULES,
} from '../../../src/queue/check-options.js';
import type {
  ConsumeBatchOptions,
  ConsumeOptions,
  ProcessBatchOptions,
  ProcessOptions,
  PublishBatchOptions,
  PublishOptions,
} from '../../../src/queue/types.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';

const ORDERS = { system: 'test', destination: 'orders' };
const COMMON = {
  ...ORDERS,
  operation: 'x',
  attributes: {},
  links: [],
  isError: () => true,
  stream: true,
};
const { system: _system, destination: _destination, ...SPAN } = COMMON;
const RECEIVED = {
  messageId: 'm-1',
  sentAt: 1,
  relation: 'link',
  attempt: 1,
  redelivered: true,
  repeated: false,
} as const;

/** Each function with all of its options, so that an option without a rule is found by the compiler. */
const FUNCTIONS: readonly (readonly [call: string, rules: OptionRules, all: object])[] = [
  [
    'publish',
    PUBLISH_RULES,
    { ...COMMON, carrier: {}, messageId: 'm-1', sendTime: false } satisfies Required<PublishOptions>,
  ],
  [
    'publishBatch',
    PUBLISH_BATCH_RULES,
    { ...COMMON, messages: [], sendTime: true } satisfies Required<PublishBatchOptions>,
  ],
  ['consume', CONSUME_RULES, { ...COMMON, ...RECEIVED, carrier: {} } satisfies Required<ConsumeOptions>],
  ['consumeBatch', CONSUME_BATCH_RULES, { ...COMMON, messages: [] } satisfies Required<ConsumeBatchOptions>],
  ['process', PROCESS_RULES, { ...SPAN, ...RECEIVED } satisfies Required<ProcessOptions>],
  ['processBatch', PROCESS_BATCH_RULES, SPAN satisfies Required<ProcessBatchOptions>],
];

/** Values that are wrong for every option but those of the given types. */
const VALUES: readonly unknown[] = [
  '',
  'text',
  Number.NaN,
  -1,
  1.5,
  true,
  {},
  [],
  Symbol('x'),
  10n,
  () => {},
];

describe.each(FUNCTIONS)('checkOptions for %s', (call, rules, all) => {
  it('returns a copy of valid options without a report', () => {
    const captured = captureDiagnostics(() => {
      const checked = checkOptions(call, all, rules);
      expect(checked).toStrictEqual(all);
      expect(checked).not.toBe(all);
    });
    expect(captured).toEqual([]);
  });

  it('leaves out each wrong value, and reports it', () => {
    for (const name of Object.keys(all).filter(key => !(call === 'consume' && key === 'carrier'))) {
      const wrong = VALUES.filter(value => !rules.get(name)?.isValid(value));
      expect(wrong.length).toBeGreaterThanOrEqual(VALUES.length - 2);
      for (const value of wrong) {
        const captured = captureDiagnostics(() =>
          expect(checkOptions(call, { ...all, [name]: value }, rules)).not.toHaveProperty(name),
        );
        expect(captured).toMatchObject([
          { level: 'warn', code: 'queue_option_ignored', source: `${call}.${name}` },
        ]);
      }
    }
  });

  it('reports an unknown option once, with the nearest name', () => {
    const wrong = { ...all, atributes: {} };
    const captured = captureDiagnostics(() => {
      expect(checkOptions(call, wrong, rules)).toStrictEqual(all);
      checkOptions(call, wrong, rules);
    });
    expect(captured).toMatchObject([
      { code: 'queue_option_ignored', source: `${call}.atributes`, fix: 'Write attributes.' },
    ]);
  });
});

describe('checkOptions', () => {
  it('reports required options that are absent, and no others', () => {
    const captured = captureDiagnostics(() => {
      expect(checkOptions('publishBatch', { links: undefined, stream: null }, PUBLISH_BATCH_RULES)).toEqual(
        {},
      );
      expect(checkOptions('process', undefined, PROCESS_RULES)).toEqual({});
      expect(checkOptions('process', {}, PROCESS_RULES)).toEqual({});
    });
    expect(captured.map(({ source }) => source)).toEqual([
      'publishBatch.system',
      'publishBatch.destination',
      'publishBatch.messages',
    ]);
  });

  it.each([5, 'text', null, () => {}])('reports %s in place of options', options => {
    const captured = captureDiagnostics(() =>
      expect(checkOptions('publish', options, PUBLISH_RULES)).toEqual({}),
    );
    expect(captured).toMatchObject([{ code: 'queue_option_ignored', source: 'publish.options' }]);
  });

  it('keeps the options before one that throws', () => {
    const options = {
      ...ORDERS,
      get stream(): never {
        throw new Error('hostile');
      },
    };
    const captured = captureDiagnostics(() =>
      expect(checkOptions('publish', options, PUBLISH_RULES)).toEqual(ORDERS),
    );
    expect(captured).toMatchObject([{ code: 'callback_failed', source: 'reading the options of publish' }]);
  });
});

it('isCarrier refuses values that cannot hold headers', () => {
  for (const value of [{}, [], new Headers(), new Map(), Object.create(null)]) {
    expect(isCarrier(value)).toBe(true);
  }
  for (const value of [undefined, null, 'x', 1, () => {}, new Date(), { spanContext: () => ({}) }]) {
    expect(isCarrier(value)).toBe(false);
  }
});
