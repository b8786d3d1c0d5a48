// The exporter for tests: ended spans in an array.

import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Check } from '../core/check.js';
import { pluralize } from '../core/pluralize.js';
import { isSampled } from '../spans/trace-flags.js';
import type { Exporter } from './exporter.js';

/** An exporter whose spans the test can read. */
export interface MemoryExporter extends Exporter {
  /** The sampled spans, in the order in which they ended. */
  readonly spans: readonly ReadableSpan[];
  /** Removes all spans. */
  reset(): void;
}

/** The limit of a memory exporter. */
export interface MemoryOptions {
  /** Number of spans that are kept. The oldest is dropped first. @default 100000 */
  readonly maxSpans?: number;
}

/**
 * Keeps ended spans in memory.
 *
 * @param options the limit
 * @example
 * const recorded = memory();
 * init({ service: 'test', exporter: recorded });
 * trace.span('work', () => {});
 * recorded.spans[0]?.name; // 'work'
 */
export function memory(options: MemoryOptions = {}): MemoryExporter {
  const { maxSpans = 100_000 } = options;
  const spans: ReadableSpan[] = [];
  let ended = 0;
  let unsampled = 0;
  let dropped = 0;

  const processor: SpanProcessor = {
    onStart() {},
    onEnd(span) {
      ended++;
      if (!isSampled(span.spanContext())) {
        unsampled++;
        return;
      }
      spans.push(span);
      if (spans.length > maxSpans) {
        spans.shift();
        dropped++;
      }
    },
    async forceFlush() {},
    async shutdown() {},
  };

  return {
    name: 'memory',
    get spans() {
      return spans;
    },
    reset() {
      spans.length = 0;
    },
    processor: () => processor,
    check: async (): Promise<Check> => ({
      name: 'memory',
      status: 'ok',
      message: `${pluralize(spans.length, 'span')} kept`,
    }),
    stats: () => ({
      exporter: 'memory',
      ended,
      unsampled,
      held: 0,
      queued: 0,
      spooled: 0,
      sent: ended - unsampled - dropped,
      rejected: 0,
      dropped: dropped === 0 ? {} : { queue_full: dropped },
      retries: 0,
      bytes: 0,
    }),
  };
}
