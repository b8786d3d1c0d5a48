// A line on which ended spans leave: a processor, and how it is flushed and shut down within a limit.

import type { SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { safeText } from '../core/diagnostics.js';
import type { SpanBuffer } from '../spans/span-buffer.js';
import { globalState } from '../core/global-state.js';
import type { Exporter, ExporterContext, ExporterControls } from '../exporters/exporter.js';
import { SpanBatch } from '../exporters/span-batch.js';
import { bufferSpansFor } from './object-span-buffer.js';

/** One line. */
export interface PipelineOutput {
  /** For messages. */
  readonly name: string;
  /** What the provider calls. */
  readonly processor: SpanProcessor;
  /** Takes ended spans whose trace is not decided yet. */
  readonly holder: SpanBuffer;
  /** Whether it takes the spans of the traces that are kept, or every span. */
  readonly sees: 'kept' | 'every';
  /** May reject, and may take longer, where the processor is the user's. */
  flush(timeoutMs: number): Promise<void>;
  shutdown(timeoutMs: number): Promise<void>;
  /** Saves or counts what is left, synchronously. */
  rescue(): void;
  /** Whether a flush would bring nothing out. */
  isIdle(): boolean;
}

/**
 * The line of an exporter; one that cannot start costs a warning, and the others go on.
 *
 * @param exporter the destination
 * @param context what it is told
 */
export function exporterOutput(exporter: Exporter, context: ExporterContext): PipelineOutput[] {
  try {
    const processor = exporter.processor(context);
    const controls = exporter.controls?.() ?? controlsOf(processor, exporter);
    const { name, sees = 'kept' } = exporter;
    return [
      {
        ...bound(controls),
        holder: controls.holder ?? bufferSpansFor(processor, name),
        name,
        processor,
        sees,
      },
    ];
  } catch (error) {
    // What the user wrote fails while it starts: its spans are not sent, and that is said; the application runs.
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
 * The line of a processor of the user's. OpenTelemetry's exporters are accepted too: they get a batch processor.
 *
 * @param entry a processor or an exporter
 */
export function processorOutput(entry: SpanProcessor | SpanExporter): PipelineOutput {
  const { constructor } = entry as { readonly constructor?: { readonly name: string } };
  const name = `the processor ${constructor?.name ?? 'of no class'}`;
  if (!('export' in entry)) {
    const holder = bufferSpansFor(entry, name);
    return { ...bound(controlsOf(entry)), holder, name, processor: entry, sees: 'kept' };
  }
  const batch = new SpanBatch({ exporter: entry, name, diagnostics: globalState.diagnostics });
  return { ...bound(batch), holder: bufferSpansFor(batch, name), name, processor: batch, sees: 'kept' };
}

/** What a plain processor offers: no limit, and no way to ask what waits. */
function controlsOf(processor: SpanProcessor, exporter?: Exporter): ExporterControls {
  return {
    // Inside async functions, so that one that throws instead of rejecting is the same.
    flush: async () => processor.forceFlush(),
    shutdown: async () => processor.shutdown(),
    rescue: () => {},
    isIdle: () => exporter?.stats?.().queued === 0,
  };
}

function bound(controls: ExporterControls): ExporterControls {
  return {
    flush: timeoutMs => controls.flush(timeoutMs),
    shutdown: timeoutMs => controls.shutdown(timeoutMs),
    rescue: () => controls.rescue(),
    isIdle: () => controls.isIdle(),
  };
}
