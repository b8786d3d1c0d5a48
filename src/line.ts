// A line on which ended spans leave: a processor, and how it is flushed and shut down within a limit.

import type { SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { reportFault } from './core/guard.js';
import type { Holder } from './core/holder.js';
import { slot } from './core/slot.js';
import type { Exporter, ExporterContext, ExporterControls } from './exporters/exporter.js';
import { SpanBatch } from './exporters/span-batch.js';
import { waitingFor } from './waiting.js';

/** One line. */
export interface Line {
  /** For messages. */
  readonly name: string;
  /** What the provider calls. */
  readonly processor: SpanProcessor;
  /** Takes ended spans whose trace is not decided yet. */
  readonly holder: Holder;
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
export function exporterLine(exporter: Exporter, context: ExporterContext): Line[] {
  try {
    const processor = exporter.processor(context);
    const controls = exporter.controls?.() ?? controlsOf(processor, exporter);
    const { name, sees = 'kept' } = exporter;
    return [
      { ...bound(controls), holder: controls.holder ?? waitingFor(processor, name), name, processor, sees },
    ];
  } catch (error) {
    // What the user wrote fails while it starts: its spans are not sent, and that is said; the application runs.
    reportFault(`the exporter ${exporter.name}`, error);
    return [];
  }
}

/**
 * The line of a processor of the user's. OpenTelemetry's exporters are accepted too: they get a batch processor.
 *
 * @param entry a processor or an exporter
 */
export function processorLine(entry: SpanProcessor | SpanExporter): Line {
  const { constructor } = entry as { readonly constructor?: { readonly name: string } };
  const name = `the processor ${constructor?.name ?? 'of no class'}`;
  if (!('export' in entry)) {
    const holder = waitingFor(entry, name);
    return { ...bound(controlsOf(entry)), holder, name, processor: entry, sees: 'kept' };
  }
  const batch = new SpanBatch({ exporter: entry, name, diagnostics: slot.diagnostics });
  return { ...bound(batch), holder: waitingFor(batch, name), name, processor: batch, sees: 'kept' };
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
