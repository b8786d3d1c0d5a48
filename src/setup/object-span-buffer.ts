// The span buffer of processors that receive span objects: it keeps the objects until the tail sampler has decided.

import { type Attributes, createTraceState } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { guarded } from '../core/guard.js';
import { replaceContent } from '../engine/index.js';
import {
  type BufferedSpan,
  type SpanBuffer,
  ATTR_SAMPLING_KEPT_BY,
  type KeepMark,
} from '../spans/span-buffer.js';
import { copyAttributes, createSpanView } from '../spans/span-view.js';
import { isSampled, SAMPLED_FLAG } from '../spans/trace-flags.js';

/** A buffered span object. */
interface BufferedObject extends BufferedSpan {
  readonly span: ReadableSpan;
}

// Bytes of memory, each within 25 % of V8's figure: test/system/sampling/tail.test.ts.
/** A span of our engine without attributes. */
const SPAN_BYTES = 540;
/** A span of OpenTelemetry's provider without attributes. */
export const SDK_SPAN_BYTES = 950;
const ATTRIBUTE_BYTES = 60;
const ENTRY_BYTES = 250;

/** The options of the span buffer of a processor. */
export interface ObjectBufferOptions {
  /** The memory of a span without attributes, in bytes. @default that of our engine */
  readonly spanBytes?: number;
  /** Changes a span before the processor receives it. @default no change */
  readonly prepare?: ((span: ReadableSpan) => ReadableSpan) | undefined;
  /** Takes a sampled span of a trace that is not kept, which the processor does not receive. */
  readonly onSkip?: (span: ReadableSpan) => void;
}

/**
 * Creates the span buffer of a processor.
 *
 * @param processor receives the spans of kept traces
 * @param name the name of the output, for the report of exceptions
 * @param options the memory of a span, and callbacks
 */
export function createObjectSpanBuffer(
  processor: SpanProcessor,
  name: string,
  { spanBytes = SPAN_BYTES, prepare = span => span, onSkip }: ObjectBufferOptions = {},
): SpanBuffer<BufferedObject> {
  const what = `onEnd of ${name}`;
  // As without tail sampling: a processor receives unsampled spans, and no sampled span of a dropped trace.
  const skip = (span: ReadableSpan): void => {
    if (!isSampled(span.spanContext())) guarded(what, () => processor.onEnd(prepare(span)), undefined);
    else onSkip?.(span);
  };
  return {
    skip,
    buffer: span =>
      guarded(what, () => ({ span, bytes: spanBytes + estimateBytes(span) }), { span, bytes: spanBytes }),
    release({ span }, mark) {
      guarded(
        what,
        () => {
          const kept = mark === undefined ? setSampledFlag(span) : addKeepMark(span, mark);
          processor.onEnd(prepare(replaceContent(span, kept)));
        },
        undefined,
      );
    },
    discard: ({ span }) => skip(span),
  };
}

/** Estimates the memory of attributes, events and links. */
function estimateBytes({ attributes, events, links }: ReadableSpan): number {
  let bytes = ENTRY_BYTES * (events.length + links.length) + estimateAttributeBytes(attributes);
  for (const { attributes: more } of events) if (more !== undefined) bytes += estimateAttributeBytes(more);
  return bytes;
}

function estimateAttributeBytes(attributes: Attributes): number {
  let bytes = 0;
  for (const key in attributes) {
    const value = attributes[key];
    bytes += ATTRIBUTE_BYTES;
    if (typeof value === 'string') bytes += value.length;
    else if (Array.isArray(value)) bytes += value.length * 8;
  }
  return bytes;
}

/** Sets the sampled flag of the trace: two requests of one trace may carry different flags. */
function setSampledFlag(span: ReadableSpan): ReadableSpan {
  const context = span.spanContext();
  if (isSampled(context)) return span;
  return createSpanView(span, { context: { ...context, traceFlags: context.traceFlags | SAMPLED_FLAG } });
}

function addKeepMark(span: ReadableSpan, { reason, traceState }: KeepMark): ReadableSpan {
  const context = span.spanContext();
  const attributes = copyAttributes(span.attributes);
  attributes[ATTR_SAMPLING_KEPT_BY] = reason;
  return createSpanView(span, {
    attributes,
    context: {
      ...context,
      traceFlags: context.traceFlags | SAMPLED_FLAG,
      traceState: createTraceState(traceState),
    },
  });
}
