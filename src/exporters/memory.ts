// The exporter for tests: ended spans in an array.

import type { Check } from '../core/check.js';
import { pluralize } from '../core/pluralize.js';
import type { ReadableSpan, SpanProcessor } from '../core/sdk-types.js';
import { numberInRange, throwIfInvalid } from '../core/validators.js';
import { isSampled } from '../spans/trace-flags.js';
import type { Exporter } from './exporter.js';
import { emptyStats } from './exporter-state.js';
import { validateExporterOptions } from './option-validation.js';

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
  readonly maxSpans?: number | undefined;
}

/**
 * Keeps ended spans in memory.
 *
 * @param options the limit
 * @throws TraceError with every mistake in the options
 * @example
 * const recorded = memory();
 * init({ service: 'test', exporter: recorded });
 * trace.span('work', () => {});
 * recorded.spans[0]?.name; // 'work'
 */
export function memory(options: MemoryOptions = {}): MemoryExporter {
  const { maxSpans = 100_000 } = validate(options);
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
    start: () => ({
      processor,
      stats: () => ({
        ...emptyStats('memory'),
        ended,
        unsampled,
        sent: ended - unsampled - dropped,
        dropped: dropped === 0 ? {} : { queue_full: dropped },
      }),
    }),
    check: async (): Promise<Check> => ({
      name: 'memory',
      status: 'ok',
      message: `${pluralize(spans.length, 'span')} kept`,
    }),
  };
}

function validate(options: MemoryOptions): MemoryOptions {
  const { options: given, problems } = validateExporterOptions<MemoryOptions>('memory', options, {
    maxSpans: numberInRange({
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
      isInteger: true,
      expected: 'a whole number of spans, 1 or more',
    }),
  });
  throwIfInvalid(problems);
  return given;
}
