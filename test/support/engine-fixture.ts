// A provider whose world stands still unless a test moves it, and a processor that keeps what it is told.

import { ROOT_CONTEXT, type Context, type Span as ApiSpan, trace } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor, TracerConfig } from '@opentelemetry/sdk-trace-base';
import type { Clock } from '../../src/core/clock.js';
import { createDiagnostics, type Diagnostics } from '../../src/core/diagnostics.js';
import { TracerProvider, type Tracer } from '../../src/engine/index.js';

export class FakeClock implements Clock {
  wall = 1_700_000_000_000;
  monotonic = 5_000;

  wallMs(): number {
    return this.wall;
  }

  monotonicMs(): number {
    return this.monotonic;
  }

  /** Time passes, on both clocks. */
  pass(ms: number): void {
    this.wall += ms;
    this.monotonic += ms;
  }
}

export class Keeper implements SpanProcessor {
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

export interface Setup {
  readonly clock: FakeClock;
  readonly keeper: Keeper;
  readonly said: string[];
  readonly diagnostics: Diagnostics;
  readonly provider: TracerProvider;
  readonly tracer: Tracer;
}

export function setup(config: TracerConfig = {}): Setup {
  const clock = new FakeClock();
  const keeper = new Keeper();
  const said: string[] = [];
  const say = (level: string) => (message: string) => void said.push(`${level}: ${message}`);
  const logger = { error: say('error'), warn: say('warn'), info: say('info'), debug: say('debug') };
  const diagnostics = createDiagnostics({ logger, level: 'debug', perMinute: 1e6 });
  const spanProcessors = [...(config.spanProcessors ?? []), keeper];
  const provider = new TracerProvider({ ...config, spanProcessors }, { clock, diagnostics });
  return { clock, keeper, said, diagnostics, provider, tracer: provider.getTracer('test', '1.0.0') };
}

/** A context in which the span is active. */
export const inside = (span: ApiSpan): Context => trace.setSpan(ROOT_CONTEXT, span);

/** Seconds and nanoseconds as one big integer of nanoseconds. */
export const ns = ([seconds, nanos]: [number, number]): bigint =>
  BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
