// How spans wait for a decision where they are not encoded: as they are, for processors that want the object.

import { type Attributes, createTraceState, type SpanContext, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { guarded } from '../core/guard.js';
import { type BufferedSpan, type SpanBuffer, KEPT_BY, type KeepMark } from '../spans/span-buffer.js';
import { copyAttributes, viewOf } from '../spans/span-view.js';

/** A span that waits. */
interface BufferedObject extends BufferedSpan {
  readonly span: ReadableSpan;
}

// Measured, each 25 % at most beside what V8 takes: test/system/sampling/tail.test.ts. A span of ours without
// attributes, and one of OpenTelemetry's; what each attribute, event and link adds.
const OWN_BYTES = 540;
/** Bytes of a span of OpenTelemetry's own provider without attributes. */
export const FOREIGN_BYTES = 950;
const ATTRIBUTE_BYTES = 60;
const PART_BYTES = 250;

/**
 * A holder in front of a processor.
 *
 * @param processor gets the spans of the traces that are kept
 * @param name of the line, for the report of what it throws
 * @param spanBytes of a span without attributes
 */
export function bufferSpansFor(
  processor: SpanProcessor,
  name: string,
  spanBytes: number = OWN_BYTES,
): SpanBuffer<BufferedObject> {
  const what = `onEnd of ${name}`;
  // As without a decision at the end: a processor sees what is not sampled, and nothing of what was dropped.
  const skip = (span: ReadableSpan): void => {
    if (!isSampled(span.spanContext())) guarded(what, () => processor.onEnd(span), undefined);
  };
  return {
    skip,
    hold: span =>
      guarded(what, () => ({ span, bytes: spanBytes + bytesOf(span) }), { span, bytes: spanBytes }),
    release({ span }, mark) {
      guarded(
        what,
        () => processor.onEnd(mark === undefined ? sampled(span) : marked(span, mark)),
        undefined,
      );
    },
    discard: ({ span }) => skip(span),
  };
}

/** What a span holds beside itself, as far as a glance tells. */
function bytesOf({ attributes, events, links }: ReadableSpan): number {
  let bytes = PART_BYTES * (events.length + links.length) + bytesOfAll(attributes);
  for (const { attributes: more } of events) if (more !== undefined) bytes += bytesOfAll(more);
  return bytes;
}

function bytesOfAll(attributes: Attributes): number {
  let bytes = 0;
  for (const key in attributes) {
    const value = attributes[key];
    bytes += ATTRIBUTE_BYTES;
    if (typeof value === 'string') bytes += value.length;
    else if (Array.isArray(value)) bytes += value.length * 8;
  }
  return bytes;
}

function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** The span with the flag of its trace: of two requests of one trace each may bring another. */
function sampled(span: ReadableSpan): ReadableSpan {
  const context = span.spanContext();
  if (isSampled(context)) return span;
  return viewOf(span, { context: { ...context, traceFlags: context.traceFlags | TraceFlags.SAMPLED } });
}

function marked(span: ReadableSpan, { reason, traceState }: KeepMark): ReadableSpan {
  const context = span.spanContext();
  const attributes = copyAttributes(span.attributes);
  attributes[KEPT_BY] = reason;
  return viewOf(span, {
    attributes,
    context: {
      ...context,
      traceFlags: context.traceFlags | TraceFlags.SAMPLED,
      traceState: createTraceState(traceState),
    },
  });
}
