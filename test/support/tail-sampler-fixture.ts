// A tail sampler in virtual time, with a span buffer that records every call.

import { type SpanContext, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, Span } from '@opentelemetry/sdk-trace-base';
import type { Diagnostic } from '../../src/core/diagnostic.js';
import type { KeepPolicy } from '../../src/sampling/tail/keep-policy.js';
import { type TailLimits, TailSampler } from '../../src/sampling/tail/tail-sampler.js';
import type { TraceOverride } from '../../src/sampling/trace-overrides.js';
import type { BufferedSpan, KeepMark, SpanBuffer } from '../../src/spans/span-buffer.js';
import { VirtualTime } from './virtual-time.js';

/** The memory of one span in a `RecordingBuffer`. */
export const SPAN_BYTES = 100;

interface RecordedSpan extends BufferedSpan {
  readonly span: ReadableSpan;
}

/** Records the names of released and discarded spans. */
export class RecordingBuffer implements SpanBuffer<RecordedSpan> {
  readonly kept: string[] = [];
  readonly marks = new Map<string, KeepMark | undefined>();
  readonly discarded: string[] = [];
  /** The number of spans in the buffer. */
  buffered = 0;

  buffer(span: ReadableSpan): RecordedSpan {
    this.buffered++;
    return { span, bytes: SPAN_BYTES };
  }

  release({ span }: RecordedSpan, mark: KeepMark | undefined): void {
    this.buffered--;
    this.kept.push(span.name);
    this.marks.set(span.name, mark);
  }

  discard({ span }: RecordedSpan): void {
    this.buffered--;
    this.discarded.push(span.name);
  }

  skip(span: ReadableSpan): void {
    this.discarded.push(span.name);
  }
}

/** A span whose status and duration a test can change. */
export type TailTestSpan = ReadableSpan & { status: { code: SpanStatusCode }; duration: [number, number] };

let ids = 0;

/** Returns a trace id that no other span of this process has. */
export function newTraceId(): string {
  return (++ids).toString(16).padStart(32, '0');
}

/**
 * Creates a span with the parts that the tail sampler reads.
 *
 * @param parts `parent` is a span, or the context of a remote span; `sampled` is the flag of a root
 */
export function makeTailSpan(
  name: string,
  { parent, sampled = false }: { parent?: ReadableSpan | SpanContext; sampled?: boolean } = {},
): TailTestSpan {
  const parentContext = parent !== undefined && 'spanContext' in parent ? parent.spanContext() : parent;
  const context: SpanContext = {
    traceId: parentContext?.traceId ?? newTraceId(),
    spanId: (++ids).toString(16).padStart(16, '0'),
    traceFlags: sampled ? TraceFlags.SAMPLED : (parentContext?.traceFlags ?? TraceFlags.NONE),
  };
  return {
    name,
    kind: 0,
    attributes: {},
    status: { code: SpanStatusCode.UNSET },
    duration: [0, 1_000_000],
    spanContext: () => context,
    ...(parentContext === undefined ? {} : { parentSpanContext: parentContext }),
  } as unknown as TailTestSpan;
}

/** A tail sampler with its surroundings. */
export interface TailSamplerFixture {
  readonly time: VirtualTime;
  readonly buffer: RecordingBuffer;
  readonly overrides: Map<string, TraceOverride>;
  /** The diagnostics of evictions. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sampler: TailSampler;
  /** The number of running timers. */
  timers(): number;
  start(span: ReadableSpan): void;
  end(span: ReadableSpan): void;
  /** Runs a trace of a root and a child. */
  runTrace(name: string, change?: (root: TailTestSpan, child: TailTestSpan) => void, sampled?: boolean): void;
}

/**
 * Starts a tail sampler.
 *
 * @param policy the policy; by default it keeps errors
 * @param limits limits that differ from 1 MB, 1,000 traces and a minute
 */
export function startTailSampler(
  policy: Partial<KeepPolicy> = { errors: true },
  limits: Partial<TailLimits> = {},
): TailSamplerFixture {
  const time = new VirtualTime();
  const buffer = new RecordingBuffer();
  const overrides = new Map<string, TraceOverride>();
  const diagnostics: Diagnostic[] = [];
  let timers = 0;
  const sampler = new TailSampler({
    policy: { errors: false, match: [], ...policy },
    maxBytes: 1e6,
    maxTraces: 1_000,
    maxWaitMs: 60_000,
    ...limits,
    buffers: [buffer],
    overrideOf: traceId => overrides.get(traceId),
    clock: time,
    after(ms, callback) {
      timers++;
      const cancel = time.after(ms, () => {
        timers--;
        callback();
      });
      return () => {
        timers--;
        cancel();
      };
    },
    onFirstEviction: diagnostic => diagnostics.push(diagnostic),
  });
  const start = (span: ReadableSpan): void => sampler.onStart(span as unknown as Span);
  const end = (span: ReadableSpan): void => sampler.onEnd(span, span);
  return {
    time,
    buffer,
    overrides,
    diagnostics,
    sampler,
    timers: () => timers,
    start,
    end,
    runTrace(name, change = () => {}, sampled = false) {
      const root = makeTailSpan(`${name}.root`, { sampled });
      const child = makeTailSpan(`${name}.child`, { parent: root });
      start(root);
      start(child);
      change(root, child);
      end(child);
      end(root);
    },
  };
}
