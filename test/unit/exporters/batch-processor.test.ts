import { context } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode, isTracingSuppressed } from '@opentelemetry/core';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import { BatchProcessor, type BatchProcessorOptions } from '../../../src/exporters/batch-processor.js';
import { makeSpan } from '../../support/spans.js';
import { makeDiagnostics, VirtualTime } from '../../support/delivery-fixture.js';

type Done = (result: ExportResult) => void;
const OK: ExportResult = { code: ExportResultCode.SUCCESS };

let time: VirtualTime;
let messages: string[];
const shared = globalState.diagnostics;

beforeEach(() => {
  time = new VirtualTime();
  messages = [];
  globalState.diagnostics = makeDiagnostics(messages, () => time.monotonicMs());
});
afterEach(() => {
  globalState.diagnostics = shared;
  context.disable();
});

/** A batch before an exporter that does as `act` says with each call. */
function make(
  act: (spans: readonly ReadableSpan[], done: Done, call: number) => unknown,
  options: Partial<BatchProcessorOptions> = {},
): { batch: BatchProcessor; calls: number[]; names: string[]; exporter: SpanExporter } {
  const calls: number[] = [];
  const names: string[] = [];
  const exporter = {
    export(spans: readonly ReadableSpan[], done: Done) {
      calls.push(spans.length);
      names.push(...spans.map(({ name }) => name));
      return act(spans, done, calls.length);
    },
    shutdown: async () => void calls.push(-1),
  } as SpanExporter;
  const batch = new BatchProcessor({
    exporter,
    name: 'the processor Mine',
    diagnostics: globalState.diagnostics,
    timers: time,
    ...options,
  });
  return { batch, calls, names, exporter };
}

function end(batch: BatchProcessor, count: number): void {
  for (let i = 0; i < count; i++) batch.onEnd(makeSpan({ name: `s${i}` }));
}

const taken = (_spans: readonly ReadableSpan[], done: Done): void => done(OK);

describe('a batch before a foreign exporter', () => {
  it('hands over all of a burst, in order, in batches that follow one another', async () => {
    let open = 0;
    let widest = 0;
    const { batch, calls, names } = make((_, done) => {
      widest = Math.max(widest, ++open);
      time.after(10, () => {
        open--;
        done(OK);
      });
    });
    end(batch, 10_000);
    expect(calls).toEqual([]);
    await time.advance(1_000);
    expect(names).toEqual(Array.from({ length: 10_000 }, (_, i) => `s${i}`));
    expect(Math.max(...calls)).toBe(512);
    expect(widest).toBe(1);
    expect(messages).toEqual([]);
    expect(batch.isIdle()).toBe(true);
  });

  it('waits a second for more, but not longer', async () => {
    const { batch, calls } = make(taken);
    end(batch, 3);
    await time.advance(999);
    expect(calls).toEqual([]);
    end(batch, 2);
    await time.advance(1);
    expect(calls).toEqual([5]);
  });

  it('passes over what sampling left out', async () => {
    const { batch, calls } = make(taken);
    batch.onEnd(makeSpan({ context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0 } }));
    await batch.flush(100);
    expect(calls).toEqual([]);
  });

  it('makes no spans of what the exporter does', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const seen: boolean[] = [];
    const { batch } = make((_, done) => {
      seen.push(isTracingSuppressed(context.active()));
      done(OK);
    });
    end(batch, 1);
    await batch.flush(100);
    expect(seen).toEqual([true]);
  });

  it('waits for resource attributes that are still being detected', async () => {
    let found: (name: string) => void = () => undefined;
    const resource = resourceFromAttributes({ 'host.name': new Promise<string>(done => (found = done)) });
    const { batch, calls } = make(taken);
    batch.onEnd(makeSpan({ resource }));
    await time.advance(1_500);
    expect(calls).toEqual([]);
    found('here');
    await time.advance(0);
    expect(calls).toEqual([1]);
  });

  it.each<[string, (spans: readonly ReadableSpan[], done: Done) => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('boom');
      },
      'failed: Error: boom; 4 spans are lost',
    ],
    ['rejects', () => Promise.reject(new Error('boom')), 'failed: Error: boom; 4 spans are lost'],
    [
      'fails',
      (_, done) => done({ code: ExportResultCode.FAILED, error: new Error('boom') }),
      'failed: Error: boom; 4 spans are lost',
    ],
    [
      'fails without a word',
      (_, done) => done({ code: ExportResultCode.FAILED }),
      'failed: it gave no reason; 4 spans are lost',
    ],
    ['never calls back', () => undefined, 'failed: it did not call back within 30000 ms; 4 spans are lost'],
  ])('gets on with the next batch when the exporter %s, and says it once', async (_, act, said) => {
    const { batch, calls } = make((spans, done, call) => (call <= 3 ? act(spans, done) : done(OK)), {
      batchSpans: 4,
    });
    end(batch, 17);
    await time.advance(120_000);
    expect(calls).toEqual([4, 4, 4, 4, 1]);
    expect(messages).toEqual([`warn: the processor Mine ${said}`]);
    await batch.shutdown();
    expect(messages.slice(1)).toEqual(['warn: the processor Mine: 12 spans were lost']);
  });

  it('listens to the first call back only, also when the exporter throws afterwards', async () => {
    const { batch, calls } = make((_, done) => {
      done(OK);
      done({ code: ExportResultCode.FAILED, error: new Error('late') });
      throw new Error('later');
    });
    end(batch, 1);
    await time.advance(1_000);
    end(batch, 1);
    await time.advance(1_000);
    expect(calls).toEqual([1, 1]);
    expect(messages).toEqual([]);
  });

  it('is bounded: what finds no place is dropped, said once, and counted at the end', async () => {
    let done: Done = () => undefined;
    const { batch, names } = make((_, callBack) => (done = callBack), { maxSpans: 10, batchSpans: 4 });
    end(batch, 25);
    await time.advance(1_000);
    end(batch, 5);
    expect(messages).toEqual([
      'warn: the processor Mine: 10 spans wait already; more are dropped until it has taken some',
    ]);
    done(OK);
    await time.advance(0);
    done(OK);
    await time.advance(0);
    done(OK);
    await time.advance(0);
    expect(names).toHaveLength(10);
    batch.rescue();
    expect(messages.slice(1)).toEqual(['warn: the processor Mine: 20 spans were lost']);
  });

  it('tells ten kinds of failure, and no more: messages with ids in them are no end of kinds', async () => {
    const { batch } = make((_spans, done, call) =>
      done({ code: ExportResultCode.FAILED, error: new Error(`request ${call} failed`) }),
    );
    for (let i = 0; i < 30; i++) {
      end(batch, 1);
      await batch.flush(1_000);
      // The overall rate of messages is another limit.
      await time.advance(60_000);
    }
    expect(messages.filter(message => message.includes('the processor Mine failed'))).toHaveLength(10);
  });

  it('flushes and shuts down within the limit though the exporter hangs, and holds the process no longer', async () => {
    const { batch } = make(() => undefined);
    end(batch, 600);
    let flushed = false;
    void batch.flush(200).then(() => (flushed = true));
    await time.advance(0);
    expect(time.keepsAlive).toBe(true);
    await time.advance(200);
    expect(flushed).toBe(true);
    expect(time.keepsAlive).toBe(false);
    expect(batch.isIdle()).toBe(false);
    let closed = false;
    void batch.shutdown(300).then(() => (closed = true));
    await time.advance(300);
    expect(closed).toBe(true);
    expect(time.keepsAlive).toBe(false);
    expect(messages).toEqual(['warn: the processor Mine: 600 spans were lost, 600 at the end']);
    end(batch, 1);
    expect(messages.slice(1)).toEqual([
      'warn: the processor Mine: spans that ended after shutdown are not exported',
    ]);
    await time.advance(60_000);
    expect(messages).toHaveLength(2);
  });

  it('shuts the exporter down once, after its last span, and survives one that cannot', async () => {
    const { batch, calls, exporter } = make(taken);
    end(batch, 2);
    await Promise.all([batch.shutdown(100), batch.shutdown(100)]);
    expect(calls).toEqual([2, -1]);
    expect(exporter.forceFlush).toBeUndefined();
    const second = make(taken);
    second.exporter.forceFlush = () => Promise.reject(new Error('not now'));
    second.exporter.shutdown = () => {
      throw new Error('never');
    };
    end(second.batch, 1);
    await second.batch.flush(100);
    await second.batch.shutdown(100);
    expect(second.calls).toEqual([1]);
    expect(messages).toEqual([
      'warn: the processor Mine.forceFlush threw Error: not now; the application is not affected',
      'warn: the processor Mine.shutdown threw Error: never; the application is not affected',
    ]);
  });
});
