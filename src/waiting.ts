// How spans wait for a decision where they are not encoded: as they are, for processors that want the object.

import { createTraceState, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { guarded } from './core/guard.js';
import { type Held, type Holder, KEPT_BY, type KeepMark } from './core/holder.js';
import { copyAttributes, viewOf } from './core/span-view.js';

/** A span that waits. */
interface WaitingSpan extends Held {
  readonly span: ReadableSpan;
}

// A finished span with a handful of attributes, as bench/memory.mjs measures it.
const SPAN_BYTES = 500;

/**
 * A holder in front of a processor.
 *
 * @param processor gets the spans of the traces that are kept
 * @param name of the line, for the report of what it throws
 */
export function waitingFor(processor: SpanProcessor, name: string): Holder<WaitingSpan> {
  return {
    hold: span => ({ span, bytes: SPAN_BYTES }),
    release({ span }, mark) {
      guarded(
        `onEnd of ${name}`,
        () => processor.onEnd(mark === undefined ? span : marked(span, mark)),
        undefined,
      );
    },
    discard({ span }) {
      // As without a decision at the end: a processor sees what is not sampled, and nothing of what was dropped.
      const sampled = (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
      if (!sampled) guarded(`onEnd of ${name}`, () => processor.onEnd(span), undefined);
    },
  };
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
