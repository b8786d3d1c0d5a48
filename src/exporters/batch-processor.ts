// A span processor in front of an OpenTelemetry exporter of the user: a bounded queue, one batch at a time, a time-out for
// each, and a count of lost spans. OpenTelemetry's BatchSpanProcessor keeps 2,048 spans of a burst and drops the others
// without a message.

import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Diagnostic } from '../core/diagnostic.js';
import { type Diagnostics, safeText } from '../core/diagnostics.js';
import { reportFault } from '../core/guard.js';
import { pluralize } from '../core/pluralize.js';
import { suppressTracing } from '../core/suppression.js';
import { systemTimers, type Timers } from '../core/timers.js';
import { withTimeout } from '../core/with-timeout.js';
import { isSampled } from '../spans/trace-flags.js';
import type { ExporterControls } from './exporter.js';

/** The exporter and its limits. */
export interface BatchProcessorOptions {
  readonly exporter: SpanExporter;
  /** The name in diagnostics. */
  readonly name: string;
  readonly diagnostics: Diagnostics;
  /** Number of queued spans. @default 65536 */
  readonly maxSpans?: number;
  /** Number of spans in a batch. @default 512 */
  readonly batchSpans?: number;
  /** Milliseconds until a batch is exported that is not full. @default 1000 */
  readonly intervalMs?: number;
  /** Milliseconds until an export fails that has not called back. @default 30000 */
  readonly timeoutMs?: number;
  /** @default the system's */
  readonly timers?: Timers;
}

const SHUTDOWN_TIMEOUT_MS = 3_000;
/** Kinds of failure that one exporter may report. Error messages with ids in them would use up the keys of the process. */
const MAX_REPORTED_KINDS = 10;

/** Hands ended spans to an exporter that may throw, reject, call back twice or never. */
export class BatchProcessor implements SpanProcessor, ExporterControls {
  readonly #options: Required<BatchProcessorOptions>;
  readonly #reportedKinds = new Set<string>();
  #queue: ReadableSpan[] = [];
  #inFlight = 0;
  #lost = 0;
  #cancelTimer: (() => void) | undefined;
  #draining: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #isRescued = false;

  constructor(options: BatchProcessorOptions) {
    this.#options = {
      maxSpans: 65_536,
      batchSpans: 512,
      intervalMs: 1_000,
      timeoutMs: 30_000,
      timers: systemTimers,
      ...options,
    };
  }

  /** Does nothing: only ended spans are exported. */
  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (!isSampled(span.spanContext())) return;
    const { maxSpans, batchSpans, intervalMs, timers, name } = this.#options;
    if (this.#closing !== undefined || this.#isRescued) {
      this.#lose(1, 'closed', {
        code: 'processor_closed',
        message: `${name} does not export spans that end after its shutdown`,
        fix: 'End all spans before the call of shutdown().',
      });
      return;
    }
    if (this.#queue.length + this.#inFlight >= maxSpans) {
      this.#lose(1, 'full', {
        code: 'processor_queue_full',
        message: `${name} has ${pluralize(maxSpans, 'queued span')}, and further spans are dropped until it exports some`,
        fix: 'Check that the exporter and its backend work, or send fewer spans (the sample option).',
      });
      return;
    }
    this.#queue.push(span);
    if (this.#draining !== undefined) return;
    // A full batch is exported at once, but never inside the call that ended the span.
    if (this.#queue.length === batchSpans) this.#schedule(0);
    else if (this.#cancelTimer === undefined) this.#schedule(intervalMs, timers);
  }

  /** Exports all queued spans. Never rejects. */
  forceFlush(): Promise<void> {
    return this.flush(SHUTDOWN_TIMEOUT_MS);
  }

  async flush(timeoutMs: number): Promise<void> {
    const { exporter, name, timers } = this.#options;
    const flushed = this.#drain().then(() => callSafely(name, 'forceFlush', () => exporter.forceFlush?.()));
    await withTimeout(flushed, timeoutMs, { timers });
  }

  shutdown(timeoutMs: number = SHUTDOWN_TIMEOUT_MS): Promise<void> {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  rescue(): void {
    if (this.#isRescued) return;
    this.#isRescued = true;
    this.#cancelTimer?.();
    const left = this.#queue.length + this.#inFlight;
    this.#queue = [];
    this.#lost += left;
    if (this.#lost === 0) return;
    const { diagnostics, name } = this.#options;
    const lost = pluralize(this.#lost, 'span was', 'spans were');
    const atShutdown = left > 0 ? `, ${left} of them at shutdown` : '';
    diagnostics.report('warn', {
      code: 'spans_lost',
      message: `${name}: ${lost} lost${atShutdown}`,
      fix: 'Check the options of the exporter, and its backend.',
      source: name,
    });
  }

  isIdle(): boolean {
    return this.#queue.length === 0 && this.#inFlight === 0;
  }

  async #close(timeoutMs: number): Promise<void> {
    const { exporter, name, timers } = this.#options;
    const closed = this.#drain().then(() => callSafely(name, 'shutdown', () => exporter.shutdown()));
    await withTimeout(closed, timeoutMs, { timers });
    this.rescue();
  }

  #schedule(delayMs: number, timers: Timers = this.#options.timers): void {
    this.#cancelTimer?.();
    this.#cancelTimer = timers.after(delayMs, () => void this.#drain());
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
    const { batchSpans, name } = this.#options;
    while (this.#queue.length > 0 && !this.#isRescued) {
      const batch = this.#queue.splice(0, batchSpans);
      this.#inFlight = batch.length;
      await this.#waitForResource(batch);
      const failure = await this.#export(batch);
      this.#inFlight = 0;
      // rescue() has counted the batch as lost.
      if (this.#isRescued) return;
      if (failure !== undefined) {
        const lost = pluralize(batch.length, 'span is', 'spans are');
        this.#lose(batch.length, failure, {
          code: 'processor_export_failed',
          message: `${name} failed to export a batch (${failure}), and ${lost} lost`,
          fix: 'Check the options of the exporter, and its backend.',
        });
      }
    }
  }

  /** Exports a batch. It resolves with the reason of a failure, or with undefined. */
  #export(batch: ReadableSpan[]): Promise<string | undefined> {
    const { exporter, timers, timeoutMs } = this.#options;
    return new Promise(resolve => {
      const cancel = timers.after(timeoutMs, () => settle(`it did not call back within ${timeoutMs} ms`));
      const settle = (failure: string | undefined): void => {
        cancel();
        resolve(failure);
      };
      const run = async (): Promise<void> =>
        // An exporter that is an async function returns a promise, although the interface does not allow it.
        await exporter.export(batch, ({ code, error }) => {
          settle(code === ExportResultCode.SUCCESS ? undefined : safeText(error ?? 'it gave no reason'));
        });
      context.with(suppressTracing(ROOT_CONTEXT), run).catch((error: unknown) => settle(safeText(error)));
    });
  }

  /** Waits for resource attributes that are still being detected, for at most the time-out of an export. */
  async #waitForResource([first]: readonly ReadableSpan[]): Promise<void> {
    const resource = first?.resource;
    if (!resource?.asyncAttributesPending) return;
    const { timers, timeoutMs } = this.#options;
    const detected = Promise.resolve(resource.waitForAsyncAttributes?.());
    await withTimeout(detected, timeoutMs, { timers, keepAlive: false });
  }

  /** Counts lost spans, and reports the first loss of each kind. */
  #lose(spans: number, kind: string, diagnostic: Diagnostic): void {
    this.#lost += spans;
    if (!this.#reportedKinds.has(kind) && this.#reportedKinds.size >= MAX_REPORTED_KINDS) return;
    this.#reportedKinds.add(kind);
    const { diagnostics, name } = this.#options;
    diagnostics.reportOnce(`batch:${name}:${kind}`, 'warn', { ...diagnostic, source: name });
  }
}

/** Calls a method of the exporter that may throw or reject. */
async function callSafely(name: string, method: string, fn: () => unknown): Promise<void> {
  try {
    await fn();
  } catch (error) {
    // The spans are exported already. The caller of flush or shutdown must not fail.
    reportFault(`${name}.${method}`, error);
  }
}
