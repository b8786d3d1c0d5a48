// Makes an exporter of an OpenTelemetry `SpanExporter`, so that the option `exporter` and `only()` accept both.

import type { SpanExporter } from '../core/sdk-types.js';
import { resolveDelivery } from '../delivery/options.js';
import { BatchProcessor } from './batch-processor.js';
import type { Exporter } from './exporter.js';
import { membersOf } from './exporter-context.js';
import { withInternalMembers } from './started-exporter.js';

const DEFAULT_NAME = 'SpanExporter';

/** Whether a value is an OpenTelemetry exporter. An object with `start` is an exporter of this package. */
export function isSpanExporter(value: object): value is SpanExporter {
  const { start, export: exportSpans } = value as { readonly start?: unknown; readonly export?: unknown };
  return typeof start !== 'function' && typeof exportSpans === 'function';
}

/**
 * Puts an OpenTelemetry exporter behind a queue. Its name is that of its class.
 *
 * @param exporter the exporter of the application
 */
export function fromSpanExporter(exporter: SpanExporter): Exporter {
  const name = readClassName(exporter);
  return {
    name,
    start(context) {
      const { diagnostics, delivery } = membersOf(context);
      const { maxQueueBytes, intervalMs, requestTimeoutMs, flushTimeoutMs } = resolveDelivery(delivery);
      const limits = { maxQueueBytes, intervalMs, requestTimeoutMs, flushTimeoutMs };
      const batch = new BatchProcessor({ exporter, name, diagnostics, ...limits });
      return withInternalMembers(
        {
          processor: batch,
          flush: ({ timeoutMs }) => batch.flush(timeoutMs),
          shutdown: ({ timeoutMs }) => batch.shutdown(timeoutMs),
          stats: () => batch.stats(),
        },
        { processor: batch, rescue: () => batch.rescue(), isIdle: () => batch.isIdle() },
      );
    },
  };
}

function readClassName(exporter: SpanExporter): string {
  try {
    const { constructor } = exporter as { readonly constructor?: { readonly name?: unknown } };
    const name = constructor?.name;
    return typeof name === 'string' && name !== '' && name !== 'Object' ? name : DEFAULT_NAME;
  } catch {
    // A getter of the exporter threw.
    return DEFAULT_NAME;
  }
}
