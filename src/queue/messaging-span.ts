// The name and options of a messaging span, and the context in which it starts.

import { type Attributes, type Context, context as apiContext } from '@opentelemetry/api';
import { getActiveTracer } from '../span/active-tracer.js';
import type { SpanOptions } from '../span/types.js';
import { formatSpanName, type MessagingOperation } from './messaging-attributes.js';
import type { MessagingOptions } from './types.js';

/** The arguments of `runInSpan`. */
export interface MessagingSpan {
  readonly name: string;
  readonly spanOptions: SpanOptions;
}

/**
 * Describes the span of a message or batch.
 *
 * @param operation the default operation
 * @param options the options of the caller
 * @param attributes the attributes of the span
 * @param own the options that the operation determines itself
 * @throws if a getter of the options throws
 */
export function describeMessagingSpan(
  operation: MessagingOperation,
  options: Partial<MessagingOptions>,
  attributes: Attributes,
  own: SpanOptions,
): MessagingSpan {
  const { isError, stream } = options;
  const spanOptions: SpanOptions = {
    ...own,
    attributes,
    ...(isError && { isError }),
    ...(stream && { stream }),
  };
  return { name: formatSpanName(options, operation), spanOptions };
}

/** Runs fn in a context, with the context manager of the active tracer or the registered one. */
export function runInContext<T>(context: Context, fn: () => T): T {
  return (getActiveTracer()?.contextManager ?? apiContext).with(context, fn);
}
