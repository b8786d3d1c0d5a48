// Tail sampling of many traces, and its memory as V8 measures it. Random numbers and the clock are virtual.

import { ROOT_CONTEXT, SpanStatusCode } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { SpanBuffer } from '../../../src/spans/span-buffer.js';
import { TracerProvider } from '../../../src/engine/index.js';
import { createHeadSampler } from '../../../src/sampling/head-sampler.js';
import { RecordAllSampler } from '../../../src/sampling/record-all-sampler.js';
import { TailSampler } from '../../../src/sampling/tail/tail-sampler.js';
import { SDK_SPAN_BYTES, createObjectSpanBuffer } from '../../../src/setup/object-span-buffer.js';
import { startDelivery } from '../../support/delivery-fixture.js';
import { settlePromises, VirtualTime } from '../../support/virtual-time.js';
import { traceIdOf, createService, seededRandom, contextOf } from './harness.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Returns the bytes in use after garbage collection, which runs until nothing more is freed. */
async function usedBytes(): Promise<number> {
  let used = Number.POSITIVE_INFINITY;
  // The objects of the previous test, and the memory outside the heap, may take several collections.
  for (let stable = 0, rounds = 0; stable < 3 && rounds < 100; rounds++) {
    collectGarbage();
    await settlePromises();
    await nextTurn();
    const { heapUsed, external } = process.memoryUsage();
    stable = heapUsed + external > used * 0.999 ? stable + 1 : 0;
    used = heapUsed + external;
  }
  return used;
}

const nothing = { onStart() {}, onEnd() {}, async forceFlush() {}, async shutdown() {} };

it('keeps all failed and slow traces of 100,000, and 1 % of the rest', () => {
  const { next, fill } = seededRandom(11);
  const time = new VirtualTime();
  let nowMs = 0;
  time.monotonicMs = () => nowMs;
  const policy = { errors: true, slowerThanMs: 500, match: [] };
  const service = createService({ head: { ratio: 0.01 }, tail: { policy }, fill, clock: time });
  const marks = new Map<string, unknown>();
  service.onExport(span => marks.set(span.spanContext().traceId, span.attributes['do.sampling.kept_by']));
  let [rest, keptByRatio, incomplete] = [0, 0, 0];
  for (let i = 0; i < 100_000; i++) {
    const root = service.tracer.startSpan('request', undefined, ROOT_CONTEXT);
    const spans = 1 + Math.floor(next() * 6);
    const failing = next() < 0.02 ? 1 + Math.floor(next() * spans) : 0;
    const slow = next() < 0.01;
    for (let k = 1; k < spans; k++) {
      const span = service.tracer.startSpan('step', undefined, contextOf(root));
      if (k === failing) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    }
    if (failing === spans) root.setStatus({ code: SpanStatusCode.ERROR });
    nowMs += slow ? 501 : 1;
    root.end();
    const exported = service.exported.get(traceIdOf(root)) ?? 0;
    const mark = marks.get(traceIdOf(root));
    if (exported !== 0 && exported !== spans) incomplete++;
    if (failing > 0) expect([exported, mark]).toEqual([spans, 'error']);
    else if (slow) expect([exported, mark]).toEqual([spans, 'slow']);
    else {
      rest++;
      if (exported > 0) keptByRatio++;
      expect(mark).toBeUndefined();
    }
    service.exported.clear();
    marks.clear();
  }
  expect(incomplete).toBe(0);
  expect(Math.abs(keptByRatio - rest * 0.01) / Math.sqrt(rest * 0.01 * 0.99)).toBeLessThan(3);
  expect(service.tailSampler?.stats()).toMatchObject({ open: 0, late: 0, bytes: 0, keptByRatio });
});

/** Starts a tail sampler with a real provider. The traces never end, so memory grows by the buffered spans. */
function startTailSampler(
  buffer: SpanBuffer,
  isForeign: boolean,
  limits = { maxBytes: 1e12, maxTraces: 1e9 },
) {
  const time = new VirtualTime();
  const sampler = new TailSampler({
    policy: { errors: true, match: [] },
    ...limits,
    maxWaitMs: 60_000,
    buffers: [buffer],
    overrideOf: () => undefined,
    clock: time,
    after: (ms, fn) => time.after(ms, fn),
    onFirstEviction() {},
  });
  const processor = {
    ...nothing,
    onStart: sampler.onStart.bind(sampler),
    onEnd: (span: Parameters<TailSampler['onEnd']>[0]) => sampler.onEnd(span, span),
  };
  const head = createHeadSampler({ ratio: 0.01, followRemote: true, followParent: true });
  const config = { sampler: new RecordAllSampler(head), spanProcessors: [processor] };
  const tracer = (isForeign ? new BasicTracerProvider(config) : new TracerProvider(config)).getTracer('test');
  const openTrace = (children: number, attributes: number): void => {
    const root = tracer.startSpan('request', {}, ROOT_CONTEXT);
    for (let c = 0; c < children; c++) {
      const span = tracer.startSpan(`step ${c}`, {}, contextOf(root));
      for (let a = 0; a < attributes; a++) span.setAttribute(`order.attribute.${a}`, `value-${c}-${a}`);
      span.end();
    }
  };
  return { time, sampler, openTrace };
}

describe('the memory of buffered spans', () => {
  const BUFFERS = {
    encoded: () => startDelivery().delivery.processor as unknown as SpanBuffer,
    'as spans': () => createObjectSpanBuffer(nothing, 'test'),
    'as OpenTelemetry’s spans': () => createObjectSpanBuffer(nothing, 'test', { spanBytes: SDK_SPAN_BYTES }),
  };

  it.each<[keyof typeof BUFFERS, number, number]>([
    ['encoded', 0, 0],
    ['encoded', 1, 4],
    ['encoded', 4, 0],
    ['encoded', 20, 4],
    ['encoded', 4, 20],
    ['as spans', 4, 0],
    ['as spans', 4, 4],
    ['as spans', 4, 20],
    ['as OpenTelemetry’s spans', 4, 0],
    ['as OpenTelemetry’s spans', 4, 4],
    ['as OpenTelemetry’s spans', 4, 20],
  ])('%s: estimated within a quarter, with %d spans and %d attributes', async (form, spans, attributes) => {
    const { sampler, openTrace } = startTailSampler(BUFFERS[form](), form === 'as OpenTelemetry’s spans');
    const traces = Math.ceil(40_000 / (2 + spans * (1 + attributes / 10)));
    for (let i = 0; i < 2_000; i++) openTrace(spans, attributes);
    const [estimated, used] = [sampler.stats().bytes, await usedBytes()];
    for (let i = 0; i < traces; i++) openTrace(spans, attributes);
    const ratio = (sampler.stats().bytes - estimated) / ((await usedBytes()) - used);
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.25);
  });

  it('of 100,000 open traces stays within the limit and is freed afterwards', async () => {
    const maxBytes = 64 * 2 ** 20;
    const { time, sampler, openTrace } = startTailSampler(BUFFERS.encoded(), false, {
      maxBytes,
      maxTraces: 100_000,
    });
    for (let i = 0; i < 2_000; i++) openTrace(4, 4);
    await time.advance(200_000);
    expect(sampler.stats()).toMatchObject({ open: 0, late: 0, bytes: 0 });
    const base = await usedBytes();
    let highest = 0;
    for (let i = 0; i < 100_000; i++) {
      openTrace(4, 4);
      highest = Math.max(highest, sampler.stats().bytes);
    }
    expect(highest).toBeLessThanOrEqual(maxBytes);
    expect(highest).toBeGreaterThan(0.99 * maxBytes);
    // Traces that are decided early are exported or discarded, so memory grows only by the open traces.
    expect((await usedBytes()) - base).toBeLessThan(1.25 * maxBytes);
    const { open, evicted } = sampler.stats();
    expect(open).toBeGreaterThan(20_000);
    expect(evicted).toEqual({ bytes: 100_000 - open, traces: 0, time: 2_000 });
    await time.advance(200_000);
    expect(sampler.stats()).toMatchObject({ open: 0, late: 0, bytes: 0 });
    expect((await usedBytes()) - base).toBeLessThan(4 * 2 ** 20);
  });
});
