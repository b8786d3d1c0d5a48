// Makes an exporter of an OpenTelemetry `SpanExporter`, so that the option `exporter` accepts both.

import type { SpanExporter as SdkSpanExporter } from '@opentelemetry/sdk-trace-base';
import { safeText } from '../core/diagnostics.js';
import { globalState } from '../core/global-state.js';
import type { SpanExporter, SpanProcessor } from '../core/sdk-types.js';
import { BatchProcessor } from '../exporters/batch-processor.js';
import type { Exporter } from '../exporters/exporter.js';

/**
 * Wraps an exporter of OpenTelemetry. It gets a queue, and receives the spans of kept traces.
 *
 * @param exporter the exporter of the application
 */
export function wrapSpanExporter(exporter: SpanExporter): Exporter {
  const name = readName(exporter);
  return {
    name,
    start() {
      // The interface of the SDK differs only in types that are narrower than those that an exporter receives.
      const batch = new BatchProcessor({
        exporter: exporter as SdkSpanExporter,
        name,
        diagnostics: globalState.diagnostics,
      });
      return {
        processor: batch as SpanProcessor,
        flush: ({ timeoutMs }) => batch.flush(timeoutMs),
        shutdown: ({ timeoutMs }) => batch.shutdown(timeoutMs),
      };
    },
    check: async () => ({
      name,
      status: 'skipped',
      code: 'check_unavailable',
      message: 'an exporter of OpenTelemetry has no check',
      source: name,
    }),
  };
}

function readName(exporter: SpanExporter): string {
  try {
    const name = safeText(
      (exporter as { readonly constructor?: { readonly name: string } }).constructor?.name,
    );
    return name === '' || name === 'Object' || name === 'undefined' ? 'SpanExporter' : name;
  } catch {
    // A getter of the exporter threw.
    return 'SpanExporter';
  }
}
