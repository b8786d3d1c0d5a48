// A tracer provider with a clock that only a test moves, and a span processor that collects its calls.

import { type Context, ROOT_CONTEXT, type Span as ApiSpan, trace } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor, TracerConfig } from '@opentelemetry/sdk-trace-base';
import type { Clock } from '../../src/core/clock.js';
import { type Tracer, TracerProvider } from '../../src/engine/index.js';
import { type CapturedDiagnostic, collectDiagnostics } from './captured-diagnostics.js';

/** A wall clock and a monotonic clock in milliseconds. */
export class FakeClock implements Clock {
  wall = 1_700_000_000_000;
  monotonic = 5_000;

  wallMs(): number {
    return this.wall;
  }

  monotonicMs(): number {
    return this.monotonic;
  }

  /** Moves both clocks. */
  advance(ms: number): void {
    this.wall += ms;
    this.monotonic += ms;
  }
}

/** Collects the spans and contexts that it receives. */
export class CollectingProcessor implements SpanProcessor {
  readonly started: Span[] = [];
  readonly contexts: Context[] = [];
  readonly ended: ReadableSpan[] = [];
  onStart(span: Span, context: Context): void {
    this.started.push(span);
    this.contexts.push(context);
  }
  onEnd(span: ReadableSpan): void {
    this.ended.push(span);
  }
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }
  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** A provider and its parts. */
export interface TestEngine {
  readonly clock: FakeClock;
  readonly collected: CollectingProcessor;
  readonly captured: readonly CapturedDiagnostic[];
  readonly provider: TracerProvider;
  readonly tracer: Tracer;
}

/** Creates a provider. The processors of the configuration run before the collecting one. */
export function createTestEngine(config: TracerConfig = {}): TestEngine {
  const clock = new FakeClock();
  const collected = new CollectingProcessor();
  const { diagnostics, captured } = collectDiagnostics();
  const spanProcessors = [...(config.spanProcessors ?? []), collected];
  const provider = new TracerProvider({ ...config, spanProcessors }, { clock, diagnostics });
  return { clock, collected, captured, provider, tracer: provider.getTracer('test', '1.0.0') };
}

/** Returns a context in which the span is active. */
export const contextWith = (span: ApiSpan): Context => trace.setSpan(ROOT_CONTEXT, span);

/** Converts seconds and nanoseconds to one big integer of nanoseconds. */
export const toNanoseconds = ([seconds, nanos]: [number, number]): bigint =>
  BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
