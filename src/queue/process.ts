// Creates the functions `process` and `processBatch` of an adapter: the options of the message, those of the caller, the work.

import type { Span } from '@opentelemetry/api';
import { guarded } from '../core/guard.js';
import { omitUndefined } from '../core/omit-undefined.js';
import { requireFunction } from '../span/require-function.js';
import { checkOptions, type OptionRules, PROCESS_BATCH_RULES, PROCESS_RULES } from './check-options.js';
import { consumeMessage } from './consume.js';
import { consumeMessages } from './consume-batch.js';
import { ATTR_DESTINATION_NAME, ATTR_DESTINATION_TEMPLATE } from './messaging-attributes.js';
import type {
  BatchMessage,
  ConsumeBatchOptions,
  ConsumeOptions,
  Process,
  ProcessBatch,
  ProcessBatchOptions,
  ProcessOptions,
} from './types.js';
import { asRecord, asText } from './unknown-record.js';

/** Options as an adapter reads them from a message. Other programs wrote it, so values may be undefined. */
export type ReadOptions<O> = { readonly [K in keyof O]?: O[K] | undefined };

/** The work of `process` and `processBatch`. */
type Work<T> = (span: Span) => T;

/**
 * Creates the `process` function of an adapter.
 *
 * @param adapter the name of the adapter
 * @param system the messaging system
 * @param read reads options from a message; may throw
 */
export function createProcess<Source>(
  adapter: string,
  system: string,
  read: (source: Source, message: unknown) => ReadOptions<ConsumeOptions>,
): Process<Source> {
  return <T>(
    source: Source,
    message: unknown,
    second: ProcessOptions | undefined | Work<T>,
    third?: Work<T>,
  ): T => {
    const [options, fn] = selectArguments(`${adapter}.process`, second, third, PROCESS_RULES);
    if (fn === undefined) return undefined as T;
    const fromMessage = readOptions<ConsumeOptions>(system, () => read(source, message));
    return consumeMessage(mergeOptions<ConsumeOptions, ProcessOptions>(system, fromMessage, options), fn);
  };
}

/**
 * Creates the `processBatch` function of an adapter.
 *
 * @param adapter the name of the adapter
 * @param system the messaging system
 * @param readSource reads options from the source; may throw
 * @param readMessage reads one message; may throw
 */
export function createProcessBatch<Source>(
  adapter: string,
  system: string,
  readSource: (source: Source) => ReadOptions<ConsumeBatchOptions>,
  readMessage: (message: unknown) => ReadOptions<BatchMessage>,
): ProcessBatch<Source> {
  return <T>(
    source: Source,
    messages: readonly unknown[],
    second: ProcessBatchOptions | undefined | Work<T>,
    third?: Work<T>,
  ): T => {
    const call = `${adapter}.processBatch`;
    const [options, fn] = selectArguments(call, second, third, PROCESS_BATCH_RULES);
    if (fn === undefined) return undefined as T;
    const fromSource = readOptions<ConsumeBatchOptions>(system, () => readSource(source));
    // Guarded for each message, so that one that throws does not affect the links of the others.
    const list = guarded(
      `reading a batch of ${system}`,
      () => Array.from(messages ?? [], one => readOptions<BatchMessage>(system, () => readMessage(one))),
      [],
    );
    return consumeMessages(
      mergeOptions<ConsumeBatchOptions, ProcessBatchOptions>(
        system,
        { ...fromSource, messages: list },
        options,
      ),
      fn,
    );
  };
}

/** The options and the function, which are the last two arguments; the options may be left out. */
function selectArguments<O extends object, T>(
  call: string,
  second: O | undefined | Work<T>,
  third: Work<T> | undefined,
  rules: OptionRules,
): readonly [options: Partial<O>, fn: Work<T> | undefined] {
  const [options, fn] = typeof second === 'function' ? [undefined, second] : [second, third];
  return requireFunction(fn, call) ? [checkOptions<O>(call, options, rules), fn as Work<T>] : [{}, undefined];
}

function readOptions<O extends object>(system: string, read: () => ReadOptions<O>): Partial<O> {
  return omitUndefined(guarded<ReadOptions<O>>(`reading a message of ${system}`, read, {})) as Partial<O>;
}

/** The options of the caller take precedence over those of the message, and so does each of their attributes. */
function mergeOptions<O extends { readonly system: string; readonly destination: string }, P>(
  system: string,
  fromMessage: Partial<O>,
  fromCaller: P,
): Partial<O> {
  const attributes = (options: unknown): object =>
    omitUndefined(asRecord((options as { attributes?: unknown }).attributes));
  return guarded<Partial<O>>(
    `merging the options of a message of ${system}`,
    () =>
      Object.assign({ system, destination: 'unknown' }, fromMessage, fromCaller, {
        attributes: { ...attributes(fromMessage), ...attributes(fromCaller) },
      }) as unknown as Partial<O>,
    { ...fromMessage, system } as unknown as Partial<O>,
  );
}

/**
 * The attributes of a message whose destination may differ from the subscription that it came by: `orders.4711` by
 * `orders.*`. The subscription has few values, so it is the name in the span name.
 *
 * @param source the subscription
 * @param destination the destination in the message
 */
export function readSubscription(
  source: unknown,
  destination: unknown,
): Pick<ReadOptions<ConsumeOptions>, 'destination' | 'attributes'> {
  const name = asText(source) ?? asText(destination);
  const own = asText(destination);
  return {
    destination: name,
    ...(own !== undefined &&
      own !== name && {
        attributes: { [ATTR_DESTINATION_NAME]: own, [ATTR_DESTINATION_TEMPLATE]: name },
      }),
  };
}
