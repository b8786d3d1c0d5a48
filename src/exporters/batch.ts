// Batches by OpenTelemetry's processor, with a count around it: what it would drop in silence is dropped here, and said.

import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { maskEndpoint } from '../core/endpoint.js';
import { within } from '../core/deadline.js';
import { BYTES_PER_SPAN } from '../core/delivery-defaults.js';
import { safeText } from '../core/diagnostics.js';
import type { ExporterStats } from '../delivery/stats.js';
import type { ExporterContext, ExporterControls } from './exporter.js';
import { sayRefused } from './probe.js';
import { isSampled } from './sampled.js';

/** A batch processor and its numbers. */
export interface CountedBatch {
  readonly processor: SpanProcessor;
  readonly controls: ExporterControls;
  stats(): ExporterStats;
}

/** What a batch is made of. */
export interface BatchOptions {
  readonly name: string;
  /** The full URL, for messages. */
  readonly endpoint: string;
  readonly exporter: SpanExporter;
  readonly context: ExporterContext;
}

const MAX_BATCH = 512;

/** Puts a counting batch processor before an exporter. */
export function countedBatch(options: BatchOptions): CountedBatch {
  const { name, endpoint, exporter, context } = options;
  const { maxQueueBytes = 64 * 1024 * 1024, intervalMs = 1000 } = context.delivery;
  const maxWaiting = Math.max(MAX_BATCH, Math.floor(maxQueueBytes / BYTES_PER_SPAN));
  const dropped = { queue_full: 0, rejected_by_backend: 0, shutdown: 0 };
  let ended = 0;
  let unsampled = 0;
  let waiting = 0;
  let sent = 0;
  let closed = false;
  let rescued = false;
  let lastError: string | undefined;

  const counting: SpanExporter = {
    export(spans, done) {
      exporter.export(spans, (result: ExportResult) => {
        // Given up at the end of the process: what comes later finds them counted.
        if (rescued) return done(result);
        waiting -= spans.length;
        if (result.code === ExportResultCode.SUCCESS) sent += spans.length;
        else failed(spans.length, result.error);
        done(result);
      });
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };

  function failed(count: number, error: unknown): void {
    dropped.rejected_by_backend += count;
    lastError = safeText(error);
    context.diagnostics.once(
      `export:${endpoint}`,
      'warn',
      `${name}: ${count} spans were not accepted by ${maskEndpoint(endpoint)}: ${lastError}`,
    );
  }

  const batch = new BatchSpanProcessor(counting, {
    maxQueueSize: maxWaiting,
    maxExportBatchSize: MAX_BATCH,
    scheduledDelayMillis: intervalMs,
    exportTimeoutMillis: context.otlp.timeoutMs + 1000,
  });
  let probed = false;

  const processor: SpanProcessor = {
    onStart: (span, parent) => batch.onStart(span, parent),
    onEnd(span: ReadableSpan) {
      ended++;
      if (!isSampled(span)) {
        unsampled++;
        return;
      }
      if (!probed) {
        probed = true;
        void sayRefused(name, endpoint, context.diagnostics);
      }
      if (closed || waiting >= maxWaiting) {
        if (closed) dropped.shutdown++;
        else dropped.queue_full++;
        context.diagnostics.once(
          `full:${endpoint}`,
          'warn',
          closed
            ? `${name}: spans that ended after shutdown are not sent`
            : `${name}: the queue is full (${maxWaiting} spans); spans are dropped until ${maskEndpoint(endpoint)} accepts more`,
        );
        return;
      }
      waiting++;
      batch.onEnd(span);
    },
    forceFlush: () => batch.forceFlush(),
    async shutdown() {
      closed = true;
      await batch.shutdown();
    },
  };

  /** OpenTelemetry's exporter cannot be interrupted or made synchronous: what has not arrived is counted, and said. */
  function rescue(): void {
    if (rescued) return;
    closed = true;
    rescued = true;
    if (waiting === 0) return;
    dropped.shutdown += waiting;
    context.diagnostics.warn(`${name} (${maskEndpoint(endpoint)}): ${waiting} spans were lost at the end`);
    waiting = 0;
  }

  const controls: ExporterControls = {
    async flush(timeoutMs) {
      // What fails is counted and said where it is exported.
      await within(batch.forceFlush(), timeoutMs);
    },
    async shutdown(timeoutMs) {
      closed = true;
      await within(batch.shutdown(), timeoutMs);
      rescue();
    },
    rescue,
    isIdle: () => waiting === 0,
  };

  return {
    processor,
    controls,
    stats: () => ({
      exporter: name,
      ended,
      unsampled,
      queued: waiting,
      spooled: 0,
      sent,
      rejected: 0,
      dropped: Object.fromEntries(Object.entries(dropped).filter(([, count]) => count > 0)),
      retries: 0,
      bytes: 0,
      ...(lastError === undefined ? {} : { lastError }),
    }),
  };
}
