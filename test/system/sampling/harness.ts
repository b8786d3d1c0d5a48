// A service as init() puts it together: sampler, engine, outlet, and lines that tell what left.

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

/** The same numbers in every run (xorshift32). */
export function randomness(seed: number): { next: () => number; fill: FillRandom } {
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

/** What a service is made of; the rest is as init() has it. */
export interface ServiceOptions {
  readonly head: Partial<HeadSamplerOptions>;
  readonly tail?: Pick<TailSamplerOptions, 'policy'> & Partial<TailSamplerOptions>;
  readonly fill?: FillRandom;
  readonly clock?: Clock;
  /** Takes what leaves. @default counts spans by trace */
  readonly line?: Pick<PipelineOutput, 'processor' | 'buffer'>;
}

/** A service that runs. */
export interface Service {
  readonly tracer: Tracer;
  readonly stage: TailSampler | undefined;
  readonly overrides: TraceOverrides;
  /** Spans that left, by trace id; where no line was given. */
  readonly left: Map<string, number>;
  /** Spans that left. */
  readonly leftSpans: () => number;
  readonly onLeft: (listener: (span: ReadableSpan) => void) => void;
}

/** Puts a service together. */
export function makeService({ head, tail, fill, clock = systemClock, line }: ServiceOptions): Service {
  const left = new Map<string, number>();
  let spans = 0;
  let listener: (span: ReadableSpan) => void = () => {};
  const counting: SpanProcessor = {
    onStart() {},
    onEnd(span) {
      const { traceId, traceFlags } = span.spanContext();
      if ((traceFlags & 1) === 0) return;
      spans++;
      left.set(traceId, (left.get(traceId) ?? 0) + 1);
      listener(span);
    },
    async forceFlush() {},
    async shutdown() {},
  };
  const { processor, buffer } = line ?? {
    processor: counting,
    buffer: createObjectSpanBuffer(counting, 'counting'),
  };
  const overrides = new TraceOverrides();
  const stage =
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
  const share = createHeadSampler({ ratio: 1, followRemote: true, followParent: true, clock, ...head });
  const sampler = new OverrideSampler(
    stage === undefined ? share : new RecordAllSampler(share),
    overrides,
    KEEP_TRACE_KEY,
  );
  const outlet = new SpanPipeline({
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
    tail: stage,
    diagnostics: quiet,
  });
  const provider = new TracerProvider(
    { sampler, spanProcessors: [outlet] },
    { clock, diagnostics: quiet, ...(fill === undefined ? {} : { random: fill }) },
  );
  const tracer = provider.getTracer('simulation');
  const onLeft = (fn: typeof listener): void => void (listener = fn);
  return { tracer, stage, overrides, left, leftSpans: () => spans, onLeft };
}

/** The context in which a span's children start. */
export function under(span: Span): Context {
  return setSpan(ROOT_CONTEXT, span);
}

/** The trace id of a span. */
export function idOf(span: Span): string {
  return span.spanContext().traceId;
}
