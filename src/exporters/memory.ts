// The exporter for tests: ended spans in an array.

import type { Check } from '../core/check.js';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { pluralize } from '../core/pluralize.js';
import { isSampled } from '../spans/is-sampled.js';
import type { Exporter } from './exporter.js';

/** An exporter whose spans can be looked at. */
export interface MemoryExporter extends Exporter {
  /** The sampled spans that have ended, in the order of their ends. */
  readonly spans: readonly ReadableSpan[];
  /** Forgets them. */
  reset(): void;
}

/** How much is kept. */
export interface MemoryOptions {
  /** Spans kept at most; the oldest go first. @default 100000 */
  readonly maxSpans?: number;
}

/**
 * Keeps ended spans in memory.
 *
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
  let overflow = 0;

  const processor: SpanProcessor = {
    onStart() {},
    onEnd(span) {
      ended++;
      if (!isSampled(span)) {
        unsampled++;
        return;
      }
      spans.push(span);
      if (spans.length > maxSpans) {
        spans.shift();
        overflow++;
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
      queued: 0,
      spooled: 0,
      sent: ended - unsampled - overflow,
      rejected: 0,
      dropped: overflow === 0 ? {} : { queue_full: overflow },
      retries: 0,
      bytes: 0,
    }),
  };
}
