// What stands before an OpenTelemetry exporter of the user's: a bounded queue, batches one after the other, a limit for
// each, and a count of what was lost. BatchSpanProcessor keeps 2,048 spans of a burst and says nothing of the others.

import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { pluralize } from '../core/pluralize.js';
import { type Diagnostics, safeText } from '../core/diagnostics.js';
import { reportFault } from '../core/guard.js';
import { suppressTracing } from '../core/suppression.js';
import { systemTimers, type Timers } from '../core/timers.js';
import { withTimeout } from '../core/with-timeout.js';
import type { ExporterControls } from './exporter.js';
import { isSampled } from '../spans/is-sampled.js';

/** What a batch is made of. */
export interface BatchProcessorOptions {
  readonly exporter: SpanExporter;
  /** For messages. */
  readonly name: string;
  readonly diagnostics: Diagnostics;
  /** Spans that wait at most. @default 65536 */
  readonly maxSpans?: number;
  /** Spans of one call. @default 512 */
  readonly batchSpans?: number;
  /** Milliseconds that spans wait for others. @default 1000 */
  readonly intervalMs?: number;
  /** Milliseconds after which an exporter that has not called back is given up on. @default 30000 */
  readonly timeoutMs?: number;
  readonly timers?: Timers;
}

const SHUTDOWN_MS = 3_000;

/** Hands ended spans to an exporter that may throw, reject, call back twice or never. */
export class BatchProcessor implements SpanProcessor, ExporterControls {
  readonly #options: Required<BatchProcessorOptions>;
  /** The kinds of failure that have been said. */
  readonly #kinds = new Set<string>();
  #queue: ReadableSpan[] = [];
  #inFlight = 0;
  #lost = 0;
  #wake: (() => void) | undefined;
  #draining: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #rescued = false;

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

  /** Nothing happens at a span's start. */
  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (!isSampled(span)) return;
    const { maxSpans, batchSpans, intervalMs, timers, name } = this.#options;
    if (this.#closing !== undefined || this.#rescued) {
      this.#lose(1, `${name}: spans that ended after shutdown are not exported`, 'closed');
      return;
    }
    if (this.#queue.length + this.#inFlight >= maxSpans) {
      this.#lose(
        1,
        `${name}: ${pluralize(maxSpans, 'span waits', 'spans wait')} already; more are dropped until it has taken some`,
        'full',
      );
      return;
    }
    this.#queue.push(span);
    if (this.#draining !== undefined) return;
    // A full batch goes at once, but never inside the call that ended the span.
    if (this.#queue.length === batchSpans) this.#schedule(0);
    else if (this.#wake === undefined) this.#schedule(intervalMs, timers);
  }

  /** Hands over what has ended so far. Never rejects. */
  forceFlush(): Promise<void> {
    return this.flush(SHUTDOWN_MS);
  }

  async flush(timeoutMs: number): Promise<void> {
    const { exporter, name, timers } = this.#options;
    const flushed = this.#drain().then(() => attempt(name, 'forceFlush', () => exporter.forceFlush?.()));
    await withTimeout(flushed, timeoutMs, { timers });
  }

  shutdown(timeoutMs: number = SHUTDOWN_MS): Promise<void> {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  rescue(): void {
    if (this.#rescued) return;
    this.#rescued = true;
    this.#wake?.();
    const left = this.#queue.length + this.#inFlight;
    this.#queue = [];
    this.#lost += left;
    if (this.#lost === 0) return;
    const { diagnostics, name } = this.#options;
    diagnostics.warn(
      `${name}: ${pluralize(this.#lost, 'span was', 'spans were')} lost${left > 0 ? `, ${left} at the end` : ''}`,
    );
  }

  isIdle(): boolean {
    return this.#queue.length === 0 && this.#inFlight === 0;
  }

  async #close(timeoutMs: number): Promise<void> {
    const { exporter, name, timers } = this.#options;
    const closed = this.#drain().then(() => attempt(name, 'shutdown', () => exporter.shutdown()));
    await withTimeout(closed, timeoutMs, { timers });
    this.rescue();
  }

  #schedule(ms: number, timers: Timers = this.#options.timers): void {
    this.#wake?.();
    this.#wake = timers.after(ms, () => void this.#drain());
  }

  /** Exports until nothing waits. Never rejects. */
  #drain(): Promise<void> {
    this.#wake?.();
    this.#wake = undefined;
    this.#draining ??= this.#exportAll().finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }

  async #exportAll(): Promise<void> {
    const { batchSpans } = this.#options;
    while (this.#queue.length > 0 && !this.#rescued) {
      const batch = this.#queue.splice(0, batchSpans);
      this.#inFlight = batch.length;
      await this.#resourceReady(batch);
      const failure = await this.#export(batch);
      this.#inFlight = 0;
      // Counted as lost at the end already.
      if (this.#rescued) return;
      if (failure !== undefined) {
        const { name } = this.#options;
        const lost = pluralize(batch.length, 'span is', 'spans are');
        this.#lose(batch.length, `${name} failed: ${failure}; ${lost} lost`, failure);
      }
    }
  }

  /** Why a batch was not taken; undefined where it was. */
  #export(batch: ReadableSpan[]): Promise<string | undefined> {
    const { exporter, timers, timeoutMs } = this.#options;
    return new Promise(resolve => {
      const cancel = timers.after(timeoutMs, () => settle(`it did not call back within ${timeoutMs} ms`));
      const settle = (failure: string | undefined): void => {
        cancel();
        resolve(failure);
      };
      const run = async (): Promise<void> =>
        // An exporter that is an async function answers a promise, though the interface says it does not.
        await exporter.export(batch, ({ code, error }) => {
          settle(code === ExportResultCode.SUCCESS ? undefined : safeText(error ?? 'it gave no reason'));
        });
      context.with(suppressTracing(ROOT_CONTEXT), run).catch((error: unknown) => settle(safeText(error)));
    });
  }

  /** Waits for resource attributes that are still being detected, as long as for an export at most. */
  async #resourceReady([first]: readonly ReadableSpan[]): Promise<void> {
    const resource = first?.resource;
    if (!resource?.asyncAttributesPending) return;
    const { timers, timeoutMs } = this.#options;
    const detected = Promise.resolve(resource.waitForAsyncAttributes?.());
    await withTimeout(detected, timeoutMs, { timers, keepAlive: false });
  }

  #lose(spans: number, message: string, kind: string): void {
    this.#lost += spans;
    // Messages with ids or times in them would otherwise use up what all of the process may say once.
    if (!this.#kinds.has(kind) && this.#kinds.size >= MAX_KINDS) return;
    this.#kinds.add(kind);
    const { diagnostics, name } = this.#options;
    diagnostics.once(`batch:${name}:${kind}`, 'warn', message);
  }
}

// Kinds of failure that one exporter may tell of.
const MAX_KINDS = 10;

/** Calls what may throw or reject; said once, and waited for all the same. */
async function attempt(name: string, verb: string, fn: () => unknown): Promise<void> {
  try {
    await fn();
  } catch (error) {
    // Its spans have been handed over; whoever flushes must get on.
    reportFault(`${name}.${verb}`, error);
  }
}
