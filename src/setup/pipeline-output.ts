// An output of the span pipeline: a processor, and its flush and shutdown within a time limit.

import type { Diagnostic } from '../core/diagnostic.js';
import { safeText } from '../core/diagnostics.js';
import { globalState } from '../core/global-state.js';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '../core/sdk-types.js';
import type { ExporterStats } from '../delivery/stats.js';
import { disabledExporter } from '../exporters/exporter-state.js';
import type { Exporter, ExporterContext, StartedExporter } from '../exporters/exporter.js';
import { fromSpanExporter, isSpanExporter } from '../exporters/span-exporter.js';
import { internalMembersOf } from '../exporters/started-exporter.js';
import type { SpanBuffer } from '../spans/span-buffer.js';
import { createObjectSpanBuffer } from './object-span-buffer.js';
import { OutputStats } from './output-stats.js';
import type { Redact } from './redact-span.js';

/** One output of the span pipeline. */
export interface PipelineOutput {
  /** The name in messages. */
  readonly name: string;
  /** Receives the spans. */
  readonly processor: SpanProcessor;
  /** Buffers the ended spans of a trace until the tail sampler has decided. */
  readonly buffer: SpanBuffer;
  /** Whether it belongs to an exporter. False for a processor of the application, which may write to a span in `onEnd`. */
  readonly isExporter: boolean;
  /** Whether it receives the spans of kept traces only, or every span. */
  readonly sees: 'kept' | 'every';
  /** Milliseconds for a flush without another limit. Undefined for the limit of `init()`. */
  readonly flushTimeoutMs?: number | undefined;
  /** May reject, and may exceed the limit, if the processor is the application's. */
  flush(timeoutMs: number): Promise<void>;
  shutdown(timeoutMs: number): Promise<void>;
  /** Saves or counts the remaining spans, synchronously. */
  rescue(): void;
  /** Whether a flush would send nothing. */
  isIdle(): boolean;
  /** The row of the exporter. Undefined if it has no statistics. */
  stats?(): ExporterStats | undefined;
  /** Takes a span that has started and whose end is not passed to the processor, because it was filtered. */
  leaveOut?(span: ReadableSpan): void;
}

/**
 * Starts an exporter. One that throws is reported, and the other exporters start.
 *
 * @param exporter the exporter
 * @param context its service, resource, environment and delivery
 * @param redact redacts the spans that a tail sampler has released, because processors may have written to them; undefined
 * without processors
 * @returns its output, which counts the spans as dropped if the exporter failed to start
 */
export function createExporterOutput(
  exporter: Exporter,
  context: ExporterContext,
  redact?: Redact,
): PipelineOutput[] {
  const { name } = exporter;
  try {
    const started = validStarted(exporter.start(context));
    const members = internalMembersOf(started);
    const processor = completeProcessor(started.processor);
    const counts = new OutputStats(name);
    const inner =
      members.buffer ??
      createObjectSpanBuffer(processor, name, {
        prepare: redact,
        onSkip: span => {
          counts.countSkipped();
          members.leaveOut?.(span);
        },
      });
    return [
      {
        name,
        processor,
        buffer: counts.countHeld(inner),
        isExporter: true,
        sees: members.sees ?? 'kept',
        flushTimeoutMs: members.flushTimeoutMs,
        // Async, so that an exporter that throws becomes a rejection.
        flush: async timeoutMs => (started.flush ? started.flush({ timeoutMs }) : processor.forceFlush()),
        shutdown: async timeoutMs =>
          started.shutdown ? started.shutdown({ timeoutMs }) : processor.shutdown(),
        rescue: () => members.rescue?.(),
        isIdle: () => members.isIdle?.() ?? started.stats?.().queued === 0,
        stats: () => (started.stats === undefined ? undefined : counts.complete(started.stats())),
        leaveOut: span => members.leaveOut?.(span),
      },
    ];
  } catch (error) {
    // The application may have written the exporter. It runs without it.
    const diagnostic: Diagnostic = {
      code: 'exporter_start_failed',
      message: `the exporter ${name} failed to start: ${safeText(error)}`,
      why: 'Its spans are not sent. The application and the other exporters are not affected.',
      fix: 'Correct the exporter, or remove it from the option exporter.',
      source: name,
    };
    globalState.diagnostics.report('warn', diagnostic);
    const { started } = disabledExporter(name, undefined, diagnostic);
    return createExporterOutput({ name, start: () => started }, context);
  }
}

/**
 * Creates the output of an entry of `processors`. An OpenTelemetry exporter is treated as in `exporter`.
 *
 * @param entry a processor or an exporter
 * @param createContext creates the context of an exporter with this name
 * @param redact redacts the spans of an exporter, as in `createExporterOutput`
 */
export function createProcessorOutput(
  entry: SpanProcessor | SpanExporter,
  createContext: (name: string) => ExporterContext,
  redact?: Redact,
): PipelineOutput[] {
  if (isSpanExporter(entry)) {
    const exporter = fromSpanExporter(entry);
    return createExporterOutput(exporter, createContext(exporter.name), redact);
  }
  const processor = entry as SpanProcessor;
  const { constructor } = entry as { readonly constructor?: { readonly name: string } };
  const name = `the processor ${constructor?.name ?? 'without a class'}`;
  return [
    {
      name,
      processor,
      buffer: createObjectSpanBuffer(processor, name),
      isExporter: false,
      sees: 'kept',
      // Async, so that a processor that throws becomes a rejection.
      flush: async () => processor.forceFlush(),
      shutdown: async () => processor.shutdown(),
      rescue: () => {},
      isIdle: () => false,
    },
  ];
}

/** The result of `start()`, which the application may have written without types. */
function validStarted(started: unknown): StartedExporter {
  if (started instanceof Promise) {
    started.catch(() => undefined);
    throw new TypeError('start() returned a promise; it must return { processor } at once');
  }
  const { processor } = (started ?? {}) as { readonly processor?: Partial<SpanProcessor> };
  if (typeof processor?.onEnd !== 'function') {
    throw new TypeError('start() must return { processor }, with a processor that has onEnd');
  }
  return started as StartedExporter;
}

/** Adds the methods that a processor of the application may lack. A complete processor is returned unchanged. */
function completeProcessor(processor: SpanProcessor): SpanProcessor {
  const given: Partial<SpanProcessor> = processor;
  if (given.onStart !== undefined && given.forceFlush !== undefined && given.shutdown !== undefined) {
    return processor;
  }
  return {
    onStart: (span, parent) => given.onStart?.(span, parent),
    ...(given.onEnding === undefined ? {} : { onEnding: span => given.onEnding?.(span) }),
    onEnd: span => given.onEnd?.(span),
    forceFlush: async () => given.forceFlush?.(),
    shutdown: async () => given.shutdown?.(),
  };
}
