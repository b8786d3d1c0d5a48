// An output of the span pipeline: a processor, and its flush and shutdown within a time limit.

import type { SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { safeText } from '../core/diagnostics.js';
import type { SpanBuffer } from '../spans/span-buffer.js';
import { globalState } from '../core/global-state.js';
import type { Exporter, ExporterContext, ExporterControls } from '../exporters/exporter.js';
import { BatchProcessor } from '../exporters/batch-processor.js';
import { bufferSpansFor } from './object-span-buffer.js';

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
  /** May reject, and may exceed the limit, if the processor is the application's. */
  flush(timeoutMs: number): Promise<void>;
  shutdown(timeoutMs: number): Promise<void>;
  /** Saves or counts the remaining spans, synchronously. */
  rescue(): void;
  /** Whether a flush would send nothing. */
  isIdle(): boolean;
}

/**
 * Starts an exporter. One that throws is reported, and the other exporters start.
 *
 * @param exporter the exporter
 * @param context its service, resource, environment and delivery
 * @returns its output, or nothing if it failed to start
 */
export function exporterOutput(exporter: Exporter, context: ExporterContext): PipelineOutput[] {
  try {
    const processor = exporter.processor(context);
    const controls = exporter.controls?.() ?? controlsOf(processor, exporter);
    const { name, sees = 'kept' } = exporter;
    return [
      {
        ...bindControls(controls),
        buffer: controls.buffer ?? bufferSpansFor(processor, name),
        name,
        processor,
        isExporter: true,
        sees,
      },
    ];
  } catch (error) {
    // The exporter may be the application's own. The application runs without it.
    globalState.diagnostics.report('warn', {
      code: 'exporter_start_failed',
      message: `the exporter ${exporter.name} failed to start: ${safeText(error)}`,
      why: 'Its spans are not sent. The application and the other exporters are not affected.',
      source: exporter.name,
    });
    return [];
  }
}

/**
 * Creates the output of a processor of the application. An OpenTelemetry exporter gets a batch processor.
 *
 * @param entry a processor or an exporter
 */
export function processorOutput(entry: SpanProcessor | SpanExporter): PipelineOutput {
  const { constructor } = entry as { readonly constructor?: { readonly name: string } };
  const name = `the processor ${constructor?.name ?? 'without a class'}`;
  if (!('export' in entry)) {
    const buffer = bufferSpansFor(entry, name);
    return {
      ...bindControls(controlsOf(entry)),
      buffer,
      name,
      processor: entry,
      isExporter: false,
      sees: 'kept',
    };
  }
  const batch = new BatchProcessor({ exporter: entry, name, diagnostics: globalState.diagnostics });
  return {
    ...bindControls(batch),
    buffer: bufferSpansFor(batch, name),
    name,
    processor: batch,
    isExporter: true,
    sees: 'kept',
  };
}

/** The controls of a plain processor, which has no time limit and no queue size. */
function controlsOf(processor: SpanProcessor, exporter?: Exporter): ExporterControls {
  return {
    // Async, so that a processor that throws becomes a rejection.
    flush: async () => processor.forceFlush(),
    shutdown: async () => processor.shutdown(),
    rescue: () => {},
    isIdle: () => exporter?.stats?.().queued === 0,
  };
}

function bindControls(controls: ExporterControls): ExporterControls {
  return {
    flush: timeoutMs => controls.flush(timeoutMs),
    shutdown: timeoutMs => controls.shutdown(timeoutMs),
    rescue: () => controls.rescue(),
    isIdle: () => controls.isIdle(),
  };
}
