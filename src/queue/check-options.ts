// Checks the options of the queue functions. JavaScript code can pass anything, and no mistake may stop a message: a wrong
// option is reported once and left out.

import { globalState } from '../core/global-state.js';
import { formatValue } from '../core/format-value.js';
import { guarded } from '../core/guard.js';
import { suggest } from '../core/suggest.js';
import { isRecord } from '../core/validators.js';
import { parseTimeMs } from './queue-time.js';

interface Rule {
  readonly expected: string;
  readonly isValid: (value: unknown) => boolean;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const TEXT: Rule = { expected: 'text', isValid: value => typeof value === 'string' && value !== '' };
const BOOLEAN: Rule = { expected: 'true or false', isValid: value => typeof value === 'boolean' };
const OBJECT: Rule = { expected: 'a plain object', isValid: isRecord };
const LIST: Rule = { expected: 'an array', isValid: value => isObject(value) && Symbol.iterator in value };

const RULES = {
  system: TEXT,
  destination: TEXT,
  operation: TEXT,
  messageId: TEXT,
  attributes: OBJECT,
  links: LIST,
  isError: { expected: 'a function', isValid: value => typeof value === 'function' },
  stream: BOOLEAN,
  carrier: { expected: 'an object that holds the headers of the message', isValid: isCarrier },
  sendTime: BOOLEAN,
  messages: LIST,
  sentAt: {
    expected: 'milliseconds since the Unix epoch, or a date',
    isValid: value => parseTimeMs(value) !== undefined,
  },
  relation: { expected: "'child' or 'link'", isValid: value => value === 'child' || value === 'link' },
  attempt: {
    expected: 'a whole number from 1',
    isValid: value => Number.isInteger(value) && (value as number) >= 1,
  },
  redelivered: BOOLEAN,
  repeated: BOOLEAN,
} as const satisfies Readonly<Record<string, Rule>>;

/** The options of one function, with their rules. */
export type OptionRules = ReadonlyMap<string, Rule>;

type OptionName = keyof typeof RULES;

const rulesOf = (...names: OptionName[]): OptionRules => new Map(names.map(name => [name, RULES[name]]));

const SPAN_OPTIONS: readonly OptionName[] = ['operation', 'attributes', 'links', 'isError', 'stream'];
const COMMON: readonly OptionName[] = ['system', 'destination', ...SPAN_OPTIONS];
const RECEIVED: readonly OptionName[] = [
  'messageId',
  'sentAt',
  'relation',
  'attempt',
  'redelivered',
  'repeated',
];

export const PUBLISH_RULES: OptionRules = rulesOf(...COMMON, 'carrier', 'messageId', 'sendTime');
export const PUBLISH_BATCH_RULES: OptionRules = rulesOf(...COMMON, 'messages', 'sendTime');
// The headers of a received message come from another program. The carrier reports what it cannot read.
export const CONSUME_RULES: OptionRules = new Map([
  ...rulesOf(...COMMON, ...RECEIVED),
  ['carrier', { expected: 'the headers of the message', isValid: () => true }],
]);
export const CONSUME_BATCH_RULES: OptionRules = rulesOf(...COMMON, 'messages');
export const PROCESS_RULES: OptionRules = rulesOf(...SPAN_OPTIONS, ...RECEIVED);
export const PROCESS_BATCH_RULES: OptionRules = rulesOf(...SPAN_OPTIONS);

const REQUIRED: ReadonlySet<string> = new Set(['system', 'destination', 'messages']);

/**
 * Copies the valid options. Each wrong or unknown option is reported once for each function, and left out. `null` counts as
 * absent, because clients use it for absent headers. Never throws.
 *
 * @param call the function as the application calls it: `publish`, `kafkajs.process`
 * @param options the options of the caller
 * @param rules the options that the function has
 */
export function checkOptions<O extends object>(
  call: string,
  options: unknown,
  rules: OptionRules,
): Partial<O> {
  const checked: Record<string, unknown> = {};
  if (!isObject(options)) {
    if (options !== undefined)
      reportOption(call, 'options', `got ${formatValue(options)}`, 'Pass an object.');
    return checked as Partial<O>;
  }
  const check = (): void => {
    for (const [name, { expected, isValid }] of rules) {
      const value = (options as Readonly<Record<string, unknown>>)[name];
      const isAbsent = value === undefined || value === null;
      if (!isAbsent && isValid(value)) checked[name] = value;
      else if (!isAbsent || REQUIRED.has(name)) {
        const reason = `expected ${expected}, got ${formatValue(value)}`;
        reportOption(call, name, reason, `Pass ${expected} as ${name}.`);
      }
    }
    for (const name of Object.keys(options)) {
      if (rules.has(name)) continue;
      const suggestion = suggest(name, [...rules.keys()]);
      const fix =
        suggestion === undefined
          ? `The options are ${[...rules.keys()].join(', ')}.`
          : `Write ${suggestion}.`;
      reportOption(call, name, 'there is no such option', fix);
    }
  };
  guarded(`reading the options of ${call}`, check, undefined);
  return checked as Partial<O>;
}

/**
 * Whether a value can hold headers.
 *
 * @throws if a proxy or getter throws
 */
export function isCarrier(value: unknown): value is object {
  if (!isObject(value) || value instanceof Date) return false;
  return typeof (value as { spanContext?: unknown }).spanContext !== 'function';
}

/**
 * Returns a member of a message of a batch if it is valid. A wrong value is reported once for each function; undefined and
 * null are absent.
 *
 * @param call the function as the application calls it
 * @param name the member
 * @param value the value of the member
 */
export function readMember<T>(call: string, name: 'id' | 'messageId' | 'sentAt', value: T): T | undefined {
  if (value === undefined || value === null) return undefined;
  const { expected, isValid } = name === 'sentAt' ? RULES.sentAt : RULES.messageId;
  if (isValid(value)) return value;
  const reason = `expected ${expected}, got ${formatValue(value)}`;
  reportOption(call, `messages.${name}`, reason, `Pass ${expected} as ${name} of each message.`);
  return undefined;
}

function reportOption(call: string, name: string, reason: string, fix: string): void {
  const source = `${call}.${name}`;
  globalState.diagnostics.reportOnce(`queue-option:${source}`, 'warn', {
    code: 'queue_option_ignored',
    message: `${call} ignores ${name}: ${reason}`,
    fix,
    source,
  });
}
