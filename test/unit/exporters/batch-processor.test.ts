import { context, TraceFlags } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type ExportResult, ExportResultCode, isTracingSuppressed } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import { BatchProcessor, type BatchProcessorOptions } from '../../../src/exporters/batch-processor.js';
import { type CapturedDiagnostic, collectDiagnostics } from '../../support/captured-diagnostics.js';
import { VirtualTime } from '../../support/virtual-time.js';
import { balance } from '../../support/delivery-fixture.js';
import { makeSpan } from '../../support/spans.js';

type Callback = (result: ExportResult) => void;
type Export = (spans: readonly ReadableSpan[], callback: Callback, call: number) => unknown;

const NAME = 'Mine';
const LIMITS = {
  maxQueueBytes: 64 * 1024 * 1024,
  intervalMs: 1_000,
  requestTimeoutMs: 10_000,
  flushTimeoutMs: 3_000,
};
const SUCCESS: ExportResult = { code: ExportResultCode.SUCCESS };

let time: VirtualTime;
let captured: CapturedDiagnostic[];
const previous = globalState.diagnostics;

beforeEach(() => {
  time = new VirtualTime();
  const collected = collectDiagnostics();
  captured = collected.captured;
  globalState.diagnostics = collected.diagnostics;
});
afterEach(() => {
  globalState.diagnostics = previous;
  context.disable();
});

const succeed: Export = (_spans, callback) => callback(SUCCESS);

/** Creates a processor in front of an exporter with the given `export`. */
function createProcessor(
  exportSpans: Export,
  options: Partial<BatchProcessorOptions> = {},
): { processor: BatchProcessor; calls: number[]; names: string[]; exporter: SpanExporter } {
  const calls: number[] = [];
  const names: string[] = [];
  const exporter = {
    export(spans: readonly ReadableSpan[], callback: Callback) {
      calls.push(spans.length);
      names.push(...spans.map(({ name }) => name));
      return exportSpans(spans, callback, calls.length);
    },
    shutdown: async () => void calls.push(-1),
  } as SpanExporter;
  const { diagnostics } = globalState;
  const processor = new BatchProcessor({
    exporter,
    name: NAME,
    diagnostics,
    timers: time,
    ...LIMITS,
    ...options,
  });
  return { processor, calls, names, exporter };
}

function endSpans(processor: BatchProcessor, count: number): void {
  for (let i = 0; i < count; i++) processor.onEnd(makeSpan({ name: `s${i}` }));
}

describe('batches', () => {
  it('have all spans of a burst, in order, one batch at a time', async () => {
    let open = 0;
    let maxOpen = 0;
    const { processor, calls, names } = createProcessor((_, callback) => {
      maxOpen = Math.max(maxOpen, ++open);
      time.after(10, () => {
        open--;
        callback(SUCCESS);
      });
    });
    endSpans(processor, 10_000);
    expect(calls).toEqual([]);
    await time.advance(1_000);
    expect(names).toEqual(Array.from({ length: 10_000 }, (_, i) => `s${i}`));
    expect(Math.max(...calls)).toBe(512);
    expect(maxOpen).toBe(1);
    expect(captured).toEqual([]);
    expect(processor.isIdle()).toBe(true);
  });

  it('are exported after a second if they are not full', async () => {
    const { processor, calls } = createProcessor(succeed);
    endSpans(processor, 3);
    await time.advance(999);
    expect(calls).toEqual([]);
    endSpans(processor, 2);
    await time.advance(1);
    expect(calls).toEqual([5]);
  });

  it('have no unsampled spans', async () => {
    const { processor, calls } = createProcessor(succeed);
    const unsampled = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.NONE };
    processor.onEnd(makeSpan({ context: unsampled }));
    await processor.flush(100);
    expect(calls).toEqual([]);
    expect(processor.stats()).toMatchObject({ ended: 1, unsampled: 1, sent: 0, dropped: {} });
  });

  it('are exported without tracing', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const suppressed: boolean[] = [];
    const { processor } = createProcessor((_, callback) => {
      suppressed.push(isTracingSuppressed(context.active()));
      callback(SUCCESS);
    });
    endSpans(processor, 1);
    await processor.flush(100);
    expect(suppressed).toEqual([true]);
  });

  it('wait for resource attributes that are still being detected', async () => {
    let detect: (name: string) => void = () => undefined;
    const resource = resourceFromAttributes({ 'host.name': new Promise<string>(done => (detect = done)) });
    const { processor, calls } = createProcessor(succeed);
    processor.onEnd(makeSpan({ resource }));
    await time.advance(1_500);
    expect(calls).toEqual([]);
    detect('host');
    await time.advance(0);
    expect(calls).toEqual([1]);
  });

  it('wait for resource attributes until the time-out only', async () => {
    const resource = resourceFromAttributes({ 'host.name': new Promise<string>(() => undefined) });
    const { processor, calls } = createProcessor(succeed, { requestTimeoutMs: 2_000 });
    processor.onEnd(makeSpan({ resource }));
    await time.advance(1_000 + 1_999);
    expect(calls).toEqual([]);
    expect(time.keepsAlive).toBe(false);
    await time.advance(1);
    expect(calls).toEqual([1]);
  });
});

describe('an exporter that fails', () => {
  it.each<[string, Export, string]>([
    [
      'throws',
      () => {
        throw new Error('boom');
      },
      '(Error: boom), and 512 spans are lost',
    ],
    ['rejects', () => Promise.reject(new Error('boom')), '(Error: boom), and 512 spans are lost'],
    [
      'fails',
      (_, callback) => callback({ code: ExportResultCode.FAILED, error: new Error('boom') }),
      '(Error: boom), and 512 spans are lost',
    ],
    [
      'fails without an error',
      (_, callback) => callback({ code: ExportResultCode.FAILED }),
      '(it gave no reason), and 512 spans are lost',
    ],
    ['never calls back', () => undefined, '(it did not call back within 10000 ms), and 512 spans are lost'],
  ])('is reported once and receives the next batch: %s', async (_, fail, text) => {
    const { processor, calls } = createProcessor((spans, callback, call) =>
      call <= 3 ? fail(spans, callback, call) : callback(SUCCESS),
    );
    endSpans(processor, 512 * 4 + 1);
    await time.advance(120_000);
    expect(calls).toEqual([512, 512, 512, 512, 1]);
    expect(captured).toEqual([
      {
        level: 'warn',
        code: 'export_failed',
        message: `${NAME} failed to export a batch ${text}`,
        fix: 'Check the options of the exporter, and its backend.',
        source: NAME,
      },
    ]);
    await processor.shutdown();
    expect(captured).toHaveLength(1);
    expect(processor.stats()).toMatchObject({
      ended: 2_049,
      sent: 513,
      queued: 0,
      dropped: { export_failed: 1_536 },
      lastError: expect.any(String),
    });
  });

  it('can call back once only, also if it throws afterwards', async () => {
    const { processor, calls } = createProcessor((_, callback) => {
      callback(SUCCESS);
      callback({ code: ExportResultCode.FAILED, error: new Error('late') });
      throw new Error('later');
    });
    endSpans(processor, 1);
    await time.advance(1_000);
    endSpans(processor, 1);
    await time.advance(1_000);
    expect(calls).toEqual([1, 1]);
    expect(captured).toEqual([]);
  });

  it('has ten kinds of failure reported, because error messages may have ids in them', async () => {
    const { processor } = createProcessor((_spans, callback, call) =>
      callback({ code: ExportResultCode.FAILED, error: new Error(`request ${call} failed`) }),
    );
    for (let i = 0; i < 30; i++) {
      endSpans(processor, 1);
      await processor.flush(1_000);
    }
    expect(captured.map(({ code }) => code)).toEqual(Array(10).fill('export_failed'));
  });

  it('does not fail flush and shutdown', async () => {
    const { processor, calls, exporter } = createProcessor(succeed);
    exporter.forceFlush = () => Promise.reject(new Error('not now'));
    exporter.shutdown = () => {
      throw new Error('never');
    };
    endSpans(processor, 1);
    await processor.flush(100);
    await processor.shutdown(100);
    expect(calls).toEqual([1]);
    expect(captured).toMatchObject([
      { code: 'callback_failed', source: `${NAME}.forceFlush`, message: expect.stringContaining('not now') },
      { code: 'callback_failed', source: `${NAME}.shutdown`, message: expect.stringContaining('never') },
    ]);
  });
});

describe('the queue', () => {
  it('is bounded by the encoded size of its spans: the oldest are dropped, counted, and reported once', async () => {
    let done: Callback = () => undefined;
    const pad = { pad: 'x'.repeat(1_000) };
    const { processor, names } = createProcessor((_, callback) => (done = callback), {
      maxQueueBytes: 1_200_000,
    });
    for (let i = 0; i < 3_000; i++) processor.onEnd(makeSpan({ name: `s${i}`, attributes: pad }));
    expect(captured).toMatchObject([{ level: 'warn', code: 'queue_full', source: NAME }]);
    const { queued, dropped } = processor.stats();
    expect(queued + (dropped.queue_full ?? 0)).toBe(3_000);
    expect(queued).toBeGreaterThan(500);
    expect(queued).toBeLessThan(1_200);
    await time.advance(1_000);
    for (let batch = 0; batch < 3; batch++) {
      done(SUCCESS);
      await time.advance(0);
    }
    expect(names.at(-1)).toBe('s2999');
    expect(processor.stats()).toMatchObject({ queued: 0, sent: queued });
  });

  it('counts the batch that is being exported', async () => {
    const { processor } = createProcessor(() => undefined, { maxQueueBytes: 5_000 });
    processor.onEnd(makeSpan({ attributes: { pad: 'x'.repeat(3_000) } }));
    await time.advance(1_000);
    processor.onEnd(makeSpan({ attributes: { pad: 'x'.repeat(3_000) } }));
    expect(processor.stats()).toMatchObject({ queued: 1, inFlight: 1, dropped: { queue_full: 1 } });
  });

  it('drops a span that cannot be read, so that its batch is exported', async () => {
    const { processor, names } = createProcessor(succeed);
    const unreadable = Object.defineProperty({ ...makeSpan() }, 'attributes', {
      get() {
        throw new Error('boom');
      },
    });
    processor.onEnd(unreadable);
    processor.onEnd(makeSpan({ name: 'good' }));
    await processor.flush(100);
    expect(names).toEqual(['good']);
    expect(processor.stats()).toMatchObject({ ended: 2, sent: 1, dropped: { unreadable: 1 } });
  });

  it('keeps each span in exactly one place, for any calls', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('end', 'wait', 'fail', 'hang', 'flush'), { maxLength: 30 }),
        async steps => {
          time = new VirtualTime();
          let behavior = 'ok';
          const { processor } = createProcessor(
            (_, callback) => {
              if (behavior === 'ok') callback(SUCCESS);
              else if (behavior === 'fail') callback({ code: ExportResultCode.FAILED });
            },
            { maxQueueBytes: 100_000 },
          );
          const check = (): void => {
            const [ended, accounted] = balance(processor.stats());
            expect(accounted).toBe(ended);
          };
          for (const step of steps) {
            if (step === 'end') endSpans(processor, 600);
            else if (step === 'wait') await time.advance(1_500, check);
            else if (step === 'flush') {
              const flushed = processor.flush(100);
              await time.advance(100);
              await flushed;
            } else behavior = step;
            check();
          }
          processor.rescue();
          check();
          expect(processor.stats().queued).toBe(0);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('flush and shutdown', () => {
  it('export all queued spans, also those that end during an export', async () => {
    let callback: Callback = () => undefined;
    const { processor, names } = createProcessor((_spans, done, call) => {
      if (call > 1) return done(SUCCESS);
      callback = done;
    });
    endSpans(processor, 2);
    const flushed = processor.forceFlush();
    await time.advance(0);
    processor.onEnd(makeSpan({ name: 'late' }));
    callback(SUCCESS);
    await flushed;
    expect(names).toEqual(['s0', 's1', 'late']);
  });

  it('keep their time limits if the exporter hangs, and the process alive until then', async () => {
    const { processor } = createProcessor(() => undefined);
    endSpans(processor, 600);
    let isFlushed = false;
    void processor.flush(200).then(() => (isFlushed = true));
    await time.advance(0);
    expect(time.keepsAlive).toBe(true);
    await time.advance(200);
    expect(isFlushed).toBe(true);
    expect(time.keepsAlive).toBe(false);
    expect(processor.isIdle()).toBe(false);
    let isClosed = false;
    void processor.shutdown(300).then(() => (isClosed = true));
    await time.advance(300);
    expect(isClosed).toBe(true);
    expect(time.keepsAlive).toBe(false);
    expect(captured).toMatchObject([
      { code: 'spans_lost', message: `${NAME}: 600 spans were lost at shutdown` },
    ]);
    endSpans(processor, 1);
    await time.advance(60_000);
    expect(captured).toHaveLength(1);
    expect(processor.stats()).toMatchObject({ ended: 601, queued: 0, dropped: { shutdown: 601 } });
  });

  it('shut the exporter down once, after its last span', async () => {
    const { processor, calls, exporter } = createProcessor(succeed);
    endSpans(processor, 2);
    await Promise.all([processor.shutdown(100), processor.shutdown(100)]);
    expect(calls).toEqual([2, -1]);
    expect(exporter.forceFlush).toBeUndefined();
  });
});
