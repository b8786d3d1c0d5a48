// A service with the sampler, engine and span pipeline of init(), and an output that counts exported spans.

import { type Context, ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { KEEP_TRACE_KEY } from '../../../src/context/keys.js';
import { setSpan } from '../../../src/context/index.js';
import { type Clock, systemClock } from '../../../src/core/clock.js';
import { type Diagnostics, addTextMethods } from '../../../src/core/diagnostics.js';
import type { FillRandom } from '../../../src/core/ids.js';
import { TracerProvider } from '../../../src/engine/index.js';
import type { Tracer } from '../../../src/engine/tracer.js';
import type { PipelineOutput } from '../../../src/setup/pipeline-output.js';
import { SpanPipeline } from '../../../src/setup/span-pipeline.js';
import { type HeadSamplerOptions, createHeadSampler } from '../../../src/sampling/head-sampler.js';
import { OverrideSampler } from '../../../src/sampling/override-sampler.js';
import { RecordAllSampler } from '../../../src/sampling/record-all-sampler.js';
import { TailSampler } from '../../../src/sampling/tail/tail-sampler.js';
import { TraceOverrides } from '../../../src/sampling/trace-overrides.js';
import type { TailSamplerOptions } from '../../../src/sampling/tail/tail-sampler.js';
import { createObjectSpanBuffer } from '../../../src/setup/object-span-buffer.js';

export const quiet: Diagnostics = addTextMethods(
  () => {},
  () => {},
);

/** Returns a generator of pseudo-random numbers with a seed (xorshift32). */
export function seededRandom(seed: number): { next: () => number; fill: FillRandom } {
  let state = seed | 1;
  const word = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return {
    next: () => word() / 2 ** 32,
    fill: bytes => {
      for (let i = 0; i < bytes.length; i++) bytes[i] = word() >>> 11;
    },
  };
}

/** The parts of a service that differ from those of init(). */
export interface ServiceOptions {
  readonly head: Partial<HeadSamplerOptions>;
  readonly tail?: Pick<TailSamplerOptions, 'policy'> & Partial<TailSamplerOptions>;
  readonly fill?: FillRandom;
  readonly clock?: Clock;
  /** The output of the pipeline. @default counts spans by trace */
  readonly output?: Pick<PipelineOutput, 'processor' | 'buffer'>;
}

/** A running service. */
export interface Service {
  readonly tracer: Tracer;
  readonly tailSampler: TailSampler | undefined;
  readonly overrides: TraceOverrides;
  /** The number of exported spans by trace id. Empty with a custom output. */
  readonly exported: Map<string, number>;
  /** The number of all exported spans. */
  readonly exportedSpans: () => number;
  readonly onExport: (listener: (span: ReadableSpan) => void) => void;
}

/** Creates a service. */
export function createService({ head, tail, fill, clock = systemClock, output }: ServiceOptions): Service {
  const exported = new Map<string, number>();
  let spans = 0;
  let listener: (span: ReadableSpan) => void = () => {};
  const counting: SpanProcessor = {
    onStart() {},
    onEnd(span) {
      const { traceId, traceFlags } = span.spanContext();
      if ((traceFlags & 1) === 0) return;
      spans++;
      exported.set(traceId, (exported.get(traceId) ?? 0) + 1);
      listener(span);
    },
    async forceFlush() {},
    async shutdown() {},
  };
  const { processor, buffer } = output ?? {
    processor: counting,
    buffer: createObjectSpanBuffer(counting, 'counting'),
  };
  const overrides = new TraceOverrides();
  const tailSampler =
    tail &&
    new TailSampler({
      maxBytes: 64 * 2 ** 20,
      maxTraces: 100_000,
      maxWaitMs: 60_000,
      buffers: [buffer],
      overrideOf: traceId => overrides.get(traceId),
      clock,
      after: () => () => {},
      onFirstEviction() {},
      ...tail,
    });
  const headSampler = createHeadSampler({
    ratio: 1,
    followRemote: true,
    followParent: true,
    clock,
    ...head,
  });
  const sampler = new OverrideSampler(
    tailSampler === undefined ? headSampler : new RecordAllSampler(headSampler),
    overrides,
    KEEP_TRACE_KEY,
  );
  const pipeline = new SpanPipeline({
    outputs: [
      {
        name: 'counting',
        processor,
        buffer,
        isExporter: true,
        sees: 'kept',
        async flush() {},
        async shutdown() {},
        rescue() {},
        isIdle: () => true,
      },
    ],
    overrides,
    redact: undefined,
    tail: tailSampler,
    diagnostics: quiet,
  });
  const provider = new TracerProvider(
    { sampler, spanProcessors: [pipeline] },
    { clock, diagnostics: quiet, ...(fill === undefined ? {} : { random: fill }) },
  );
  const tracer = provider.getTracer('simulation');
  const onExport = (fn: typeof listener): void => void (listener = fn);
  return { tracer, tailSampler, overrides, exported, exportedSpans: () => spans, onExport };
}

/** Returns a context in which a span is active. */
export function contextOf(span: Span): Context {
  return setSpan(ROOT_CONTEXT, span);
}

/** Returns the trace id of a span. */
export function traceIdOf(span: Span): string {
  return span.spanContext().traceId;
}
