// Every option of the queue functions with values that TypeScript refuses. Each wrong value is reported and left out, and the
// callback runs. The options come from their types, so an option without a case fails.

import { describe, expect, it } from 'vitest';
import { consume, consumeBatch, publish, publishBatch } from '../../../src/queue/index.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { type Odd, ODD } from '../../support/odd-values.js';
import { createSourceProgram, listOptionPaths } from '../../support/option-types.js';

/** The values that are not reported. */
type Cases = Readonly<Record<string, readonly string[]>>;

const FILE = 'src/queue/types.ts';
const TEXT = ['text', 'huge text'];
const ATTRIBUTES = ['frozen', 'no prototype', 'huge object'];
const LISTS = ['array', 'map', 'huge array'];
/** Lists whose entries are not messages are reported when they are read. */
const NO_MESSAGES: readonly string[] = [];
const ALL = Object.keys(ODD);

const COMMON: Cases = {
  system: TEXT,
  destination: TEXT,
  operation: TEXT,
  attributes: ATTRIBUTES,
  links: LISTS,
  isError: ['function', 'class', 'revoked function'],
  stream: ['boolean'],
};
const HEADERS = ['array', 'map', 'promise', 'error', 'frozen', 'no prototype', 'huge array', 'huge object'];

/** The headers of a received message come from another program. A value without properties is reported at the debug level. */
const RECEIVED_HEADERS = [...HEADERS, 'date', 'invalid date', 'function', 'class'];

const FUNCTIONS: Readonly<
  Record<string, { readonly type: string; readonly call: (options: Odd) => unknown; readonly cases: Cases }>
> = {
  publish: {
    type: 'PublishOptions',
    call: options => publish({ system: 's', destination: 'd', carrier: {}, ...options }, () => 'result'),
    cases: { ...COMMON, carrier: HEADERS, messageId: TEXT, sendTime: ['boolean'] },
  },
  publishBatch: {
    type: 'PublishBatchOptions',
    call: options =>
      publishBatch({ system: 's', destination: 'd', messages: [], ...options }, () => 'result'),
    cases: {
      ...COMMON,
      messages: NO_MESSAGES,
      'messages[].id': TEXT,
      'messages[].carrier': HEADERS,
      sendTime: ['boolean'],
    },
  },
  consume: {
    type: 'ConsumeOptions',
    call: options => consume({ system: 's', destination: 'd', carrier: {}, ...options }, () => 'result'),
    cases: {
      ...COMMON,
      carrier: RECEIVED_HEADERS,
      sentAt: ['number'],
      messageId: TEXT,
      relation: [],
      attempt: [],
      redelivered: ['boolean'],
      repeated: ['boolean'],
    },
  },
  consumeBatch: {
    type: 'ConsumeBatchOptions',
    call: options =>
      consumeBatch({ system: 's', destination: 'd', messages: [], ...options }, () => 'result'),
    cases: {
      ...COMMON,
      messages: LISTS,
      'messages[].carrier': RECEIVED_HEADERS,
      'messages[].sentAt': ['number'],
      'messages[].id': TEXT,
      'messages[].messageId': TEXT,
    },
  },
};

const program = createSourceProgram([FILE]);

/** The options with a value at a path: `messages[].id` is the id of the only message. */
function build(path: string, value: Odd): Odd {
  const [option = '', member] = path.split('[].');
  if (member === undefined) return { [option]: value };
  return { [option]: [member === 'carrier' ? { carrier: value } : { carrier: {}, [member]: value }] };
}

describe.each(Object.entries(FUNCTIONS))('%s', (_, { type, call, cases }) => {
  it('has a case for every option of the type, and no others', () => {
    expect(Object.keys(cases).toSorted()).toEqual(listOptionPaths(program, FILE, type).toSorted());
  });

  it.each(Object.entries(cases))('%s', (path, valid) => {
    const isRequired = ['system', 'destination', 'messages', 'messages[].carrier', 'carrier'].includes(path);
    for (const name of ALL) {
      let result: unknown;
      const captured = captureDiagnostics(() => {
        result = call(build(path, ODD[name]?.()));
      });
      expect([name, result]).toEqual([name, 'result']);
      const isAbsent = name === 'undefined' || name === 'null';
      if (isAbsent && isRequired) continue;
      const isSilent = isAbsent || valid.includes(name);
      expect([name, captured.length > 0], captured.map(({ code }) => code).join()).toEqual([name, !isSilent]);
    }
  });
});

it.each([publish, publishBatch, consume, consumeBatch])('%o takes any value in place of the options', fn => {
  for (const name of ALL) {
    const captured = captureDiagnostics(() => {
      expect(Reflect.apply(fn, undefined, [ODD[name]?.(), () => 'result'])).toBe('result');
    });
    if (name !== 'undefined') expect([name, captured.length > 0]).toEqual([name, true]);
  }
});
