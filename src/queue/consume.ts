// The receiving side for one message: a CONSUMER span that goes on with the sender's trace or points to it.

import {
  type Context,
  context as apiContext,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  trace as apiTrace,
} from '@opentelemetry/api';
import { activeSpan } from '../context/index.js';
import { guarded } from '../core/guard.js';
import { extract } from '../propagation/index.js';
import { NOOP_SPAN } from '../span/noop-span.js';
import { runInSpan } from '../span/span.js';
import type { SpanOptions } from '../span/types.js';
import { getActiveTracer } from '../span/active-tracer.js';
import { ATTR_DELIVERY_ATTEMPT, createMessagingAttributes, PROCESS_OPERATION, ATTR_QUEUE_TIME_MS, formatSpanName } from './messaging-attributes.js';
import { isConsumerOf } from './existing-span.js';
import { computeQueueTimeMs } from './queue-time.js';
import type { ConsumeOptions } from './types.js';

/** A delivery after the first that comes later than this starts a trace of its own. */
const LONG_DELAY_MS = 60_000;

const OPTIONS = 'reading the options of consume';

interface Plan {
  readonly name: string;
  readonly spanOptions: SpanOptions;
}

/** For options that cannot be read: the work runs in a span all the same. */
const BARE: Plan = { name: PROCESS_OPERATION.name, spanOptions: { kind: 'consumer' } };

/**
 * Processes a message in a CONSUMER span, with the sender's baggage. The carrier alone says where the story comes
 * from: whatever span is active around the polling does not become the parent.
 * Where an instrumentation of the client has made that span already, no second one is made.
 *
 * @param options where the message came from, its headers, and how the two traces belong together
 * @param fn the work; its result comes back and its error is rethrown, untouched
 * @example
 * await consume({ system: 'nats', destination: 'orders', carrier: message.headers }, () => confirm(message.data));
 */
export function consume<T>(options: ConsumeOptions, fn: (span: Span) => T): T {
  const way = getActiveTracer();
  const remote = extract(
    guarded(OPTIONS, () => options.carrier, undefined),
    ROOT_CONTEXT,
  );
  // Nothing is recorded; what the sender sent travels on all the same.
  if (way === undefined) return apiContext.with(remote, fn, undefined, NOOP_SPAN);
  const sender = apiTrace.getSpanContext(remote);
  const waitedMs = guarded(OPTIONS, () => computeQueueTimeMs(options.sentAt, options.carrier), undefined);
  const active = activeSpan(way.contextManager.active());
  if (active !== undefined && isConsumerOf(active, sender)) {
    if (waitedMs !== undefined) {
      guarded('setting attributes', () => void active.setAttribute(ATTR_QUEUE_TIME_MS, waitedMs), undefined);
    }
    return fn(active);
  }

  const { name, spanOptions } = guarded(OPTIONS, () => planOf(options, sender, waitedMs), BARE);
  return runInContext(remote, () => runInSpan(name, spanOptions, fn));
}

/** What the span is called and made of; throws where the options do. */
function planOf(
  options: ConsumeOptions,
  sender: SpanContext | undefined,
  waitedMs: number | undefined,
): Plan {
  const linked = sender !== undefined && relationOf(options, waitedMs) === 'link';
  const links = linked ? [{ context: sender }, ...(options.links ?? [])] : options.links;
  const attributes = createMessagingAttributes(options, PROCESS_OPERATION, {
    [ATTR_QUEUE_TIME_MS]: waitedMs,
    [ATTR_DELIVERY_ATTEMPT]: options.attempt,
  });
  const { isError, stream } = options;
  const spanOptions: SpanOptions = {
    kind: 'consumer',
    attributes,
    root: linked,
    ...(links && { links }),
    ...(isError && { isError }),
    ...(stream && { stream }),
  };
  return { name: formatSpanName(options, PROCESS_OPERATION), spanOptions };
}

/** Runs fn in a context, by the way that is open; where nothing is recorded, by whatever manages contexts. */
export function runInContext<T>(context: Context, fn: () => T): T {
  return (getActiveTracer()?.contextManager ?? apiContext).with(context, fn);
}

function relationOf(options: ConsumeOptions, waitedMs: number | undefined): 'child' | 'link' {
  const { relation, repeated, redelivered, attempt = 1 } = options;
  if (relation !== undefined) return relation;
  if (repeated === true) return 'link';
  const again = redelivered === true || attempt > 1;
  return again && waitedMs !== undefined && waitedMs > LONG_DELAY_MS ? 'link' : 'child';
}
