// A span processor in front of an OpenTelemetry exporter of the application: a queue that is limited in bytes, one batch at a
// time, a time-out for each, and statistics. OpenTelemetry's BatchSpanProcessor keeps 2,048 spans of a burst and drops the
// others without a message.

import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import type {
  ReadableSpan,
  SpanExporter as SdkSpanExporter,
  SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { Diagnostic } from '../core/diagnostic.js';
import { type Diagnostics, safeText } from '../core/diagnostics.js';
import { reportFault } from '../core/guard.js';
import { pluralize } from '../core/pluralize.js';
import type { SpanExporter } from '../core/sdk-types.js';
import { suppressTracing } from '../core/suppression.js';
import { systemTimers, type Timers } from '../core/timers.js';
import { withTimeout } from '../core/with-timeout.js';
import { EncodedSizeMeter } from '../delivery/batch/encoded-size.js';
import { SpanAccounting } from '../delivery/span-accounting.js';
import type { ExporterStats } from '../delivery/stats.js';
import { isSampled } from '../spans/trace-flags.js';

/** The exporter and its limits. */
export interface BatchProcessorOptions {
  readonly exporter: SpanExporter;
  /** The name in statistics and diagnostics. */
  readonly name: string;
  readonly diagnostics: Diagnostics;
  /** Bytes of queued spans, encoded as OTLP. */
  readonly maxQueueBytes: number;
  /** Milliseconds until a batch is exported that is not full. */
  readonly intervalMs: number;
  /** Milliseconds until an export fails that has not called back. */
  readonly requestTimeoutMs: number;
  /** Milliseconds for a flush without another limit. */
  readonly flushTimeoutMs: number;
  /** @default the system's */
  readonly timers?: Timers;
}

/** Spans that are exported together. */
interface SpanBatch {
  readonly spans: ReadableSpan[];
  bytes: number;
}

/** Number of spans in a batch. */
const BATCH_SPANS = 512;
/** Kinds of failure that one exporter may report. Error messages with ids in them would use up the keys of the process. */
const MAX_REPORTED_KINDS = 10;

/** Hands ended spans to an exporter that may throw, reject, call back twice or never. */
export class BatchProcessor implements SpanProcessor {
  readonly #options: BatchProcessorOptions & { readonly timers: Timers };
  readonly #accounting: SpanAccounting;
  readonly #meter = new EncodedSizeMeter();
  readonly #reportedKinds = new Set<string>();
  /** Oldest first. The last one is open. */
  #queue: SpanBatch[] = [];
  #queuedBytes = 0;
  #inFlight: SpanBatch | undefined;
  #cancelTimer: (() => void) | undefined;
  #draining: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #isRescued = false;

  constructor(options: BatchProcessorOptions) {
    this.#options = { timers: systemTimers, ...options };
    this.#accounting = new SpanAccounting(options.name);
  }

  /** Does nothing: only ended spans are exported. */
  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (!isSampled(span.spanContext())) return this.#accounting.countUnsampled();
    this.#accounting.countEnded();
    if (this.#closing !== undefined || this.#isRescued) {
      return this.#accounting.countDropped('queued', 1, 'shutdown');
    }
    const bytes = this.#meter.measure(span);
    // The exporter would fail at the span as well, and lose the other spans of its batch.
    if (typeof bytes === 'string') return this.#accounting.countDropped('queued', 1, bytes);
    this.#enqueue(span, bytes);
    if (this.#draining !== undefined || this.#queue.length === 0) return;
    const { intervalMs } = this.#options;
    // A full batch is exported at once, but never inside the call that ended the span.
    const isFull = this.#queue[0]?.spans.length === BATCH_SPANS;
    if (isFull && this.#queue.length === 1) this.#schedule(0);
    else if (this.#cancelTimer === undefined) this.#schedule(intervalMs);
  }

  /** Exports all queued spans. Never rejects. */
  forceFlush(): Promise<void> {
    return this.flush(this.#options.flushTimeoutMs);
  }

  /** Exports all queued spans within the limit, in milliseconds. Never rejects. */
  async flush(timeoutMs: number): Promise<void> {
    const { exporter, name, timers } = this.#options;
    const flushed = this.#drain().then(() => callSafely(name, 'forceFlush', () => exporter.forceFlush?.()));
    await withTimeout(flushed, timeoutMs, { timers });
  }

  /** Exports all queued spans within the limit, in milliseconds, and counts the rest. Never rejects. */
  shutdown(timeoutMs: number = this.#options.flushTimeoutMs): Promise<void> {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  /** Counts all queued spans as dropped, synchronously. */
  rescue(): void {
    if (this.#isRescued) return;
    this.#isRescued = true;
    this.#cancelTimer?.();
    const left = this.#queuedSpans();
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#inFlight = undefined;
    if (left === 0) return;
    this.#accounting.countDropped('queued', left, 'shutdown');
    const { diagnostics, name } = this.#options;
    diagnostics.report('warn', {
      code: 'spans_lost',
      message: `${name}: ${pluralize(left, 'span was', 'spans were')} lost at shutdown`,
      fix: 'Raise delivery.flushTimeoutMs, or call trace.flush() before.',
      source: name,
    });
  }

  /** Whether a flush would export nothing. */
  isIdle(): boolean {
    return this.#queue.length === 0 && this.#inFlight === undefined;
  }

  stats(): ExporterStats {
    return this.#accounting.stats(this.#inFlight?.spans.length ?? 0);
  }

  async #close(timeoutMs: number): Promise<void> {
    const { exporter, name, timers } = this.#options;
    const closed = this.#drain().then(() => callSafely(name, 'shutdown', () => exporter.shutdown?.()));
    await withTimeout(closed, timeoutMs, { timers });
    this.rescue();
  }

  #enqueue(span: ReadableSpan, bytes: number): void {
    const last = this.#queue.at(-1);
    if (last === undefined || last.spans.length === BATCH_SPANS) this.#queue.push({ spans: [span], bytes });
    else {
      last.spans.push(span);
      last.bytes += bytes;
    }
    this.#queuedBytes += bytes;
    const { maxQueueBytes, name } = this.#options;
    while (this.#queuedBytes + (this.#inFlight?.bytes ?? 0) > maxQueueBytes) {
      const oldest = this.#queue.shift();
      if (oldest === undefined) return;
      this.#queuedBytes -= oldest.bytes;
      this.#accounting.countDropped('queued', oldest.spans.length, 'queue_full');
      this.#reportKind('full', {
        code: 'queue_full',
        message: `${name}: the queue holds ${maxQueueBytes} bytes of spans, and the oldest are dropped`,
        fix: 'Raise delivery.maxQueueBytes, or sample.',
      });
    }
  }

  #queuedSpans(): number {
    return this.#queue.reduce((sum, { spans }) => sum + spans.length, this.#inFlight?.spans.length ?? 0);
  }

  #schedule(delayMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#options.timers.after(delayMs, () => void this.#drain());
  }

  /** Exports until the queue is empty. Never rejects. */
  #drain(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#draining ??= this.#exportAll().finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }

  async #exportAll(): Promise<void> {
    const { name } = this.#options;
    for (let batch = this.#queue.shift(); batch !== undefined; batch = this.#queue.shift()) {
      const { spans, bytes } = batch;
      this.#queuedBytes -= bytes;
      this.#inFlight = batch;
      await this.#waitForResource(spans);
      // rescue() has counted the batch as lost.
      if (this.#isRescued) return;
      const failure = await this.#export(spans);
      if (this.#isRescued) return;
      this.#inFlight = undefined;
      if (failure === undefined) {
        this.#accounting.countAccepted('queued', spans.length, 0);
        continue;
      }
      this.#accounting.countDropped('queued', spans.length, 'export_failed');
      this.#accounting.recordError(failure.replace(/\s+/g, ' '));
      const lost = pluralize(spans.length, 'span is', 'spans are');
      this.#reportKind(failure, {
        code: 'export_failed',
        message: `${name} failed to export a batch (${failure}), and ${lost} lost`,
        fix: 'Check the options of the exporter, and its backend.',
      });
    }
  }

  /** Exports a batch. It resolves with the reason of a failure, or with undefined. */
  #export(spans: ReadableSpan[]): Promise<string | undefined> {
    const { timers, requestTimeoutMs } = this.#options;
    // The interface of the SDK has narrower types than ours, and its spans are what this processor receives.
    const exporter = this.#options.exporter as SdkSpanExporter;
    return new Promise(resolve => {
      const late = `it did not call back within ${requestTimeoutMs} ms`;
      const cancel = timers.after(requestTimeoutMs, () => settle(late));
      const settle = (failure: string | undefined): void => {
        cancel();
        resolve(failure);
      };
      const run = async (): Promise<void> =>
        // An exporter that is an async function returns a promise, although the interface does not allow it.
        await exporter.export(spans, result => settle(failureOf(result)));
      context.with(suppressTracing(ROOT_CONTEXT), run).catch((error: unknown) => settle(safeText(error)));
    });
  }

  /** Waits for resource attributes that are still being detected, for at most the time-out of an export. */
  async #waitForResource([first]: readonly ReadableSpan[]): Promise<void> {
    const resource = first?.resource;
    if (!resource?.asyncAttributesPending) return;
    const { timers, requestTimeoutMs } = this.#options;
    const detected = Promise.resolve(resource.waitForAsyncAttributes?.());
    await withTimeout(detected, requestTimeoutMs, { timers, keepAlive: false });
  }

  /** Reports the first loss of each kind. */
  #reportKind(kind: string, diagnostic: Diagnostic): void {
    if (!this.#reportedKinds.has(kind) && this.#reportedKinds.size >= MAX_REPORTED_KINDS) return;
    this.#reportedKinds.add(kind);
    const { diagnostics, name } = this.#options;
    diagnostics.reportOnce(`batch:${name}:${kind}`, 'warn', { ...diagnostic, source: name });
  }
}

/** The reason of a failed result. An exporter without types may call back with anything. */
function failureOf(
  result: { readonly code: number; readonly error?: Error } | undefined,
): string | undefined {
  if (result?.code === ExportResultCode.SUCCESS) return undefined;
  return safeText(result?.error ?? 'it gave no reason');
}

/** Calls a method of the exporter that may be missing, throw or reject. */
async function callSafely(name: string, method: string, fn: () => unknown): Promise<void> {
  try {
    await fn();
  } catch (error) {
    // The spans are exported already. The caller of flush or shutdown must not fail.
    reportFault(`${name}.${method}`, error);
  }
}
