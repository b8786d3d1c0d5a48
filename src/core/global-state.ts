// The state that the ESM and the CJS copy of this package share in one process: one object on globalThis.
// The first copy creates it, so a facade imported from one copy works after init() of the other.

import type {
  Attributes,
  Context,
  ContextManager,
  Link,
  Span,
  SpanKind,
  TimeInput,
  Tracer,
} from '@opentelemetry/api';
import { createDiagnostics, type Diagnostics, stderrLogger } from './diagnostics.js';

const STATE_KEY = Symbol.for('@do/trace');

/** The tracer of our engine: OpenTelemetry's interface, and a method that needs no options object. */
export interface EngineTracer extends Tracer {
  /** Starts a span under the parent in `context`. Never throws. */
  startSpanIn(
    name: string,
    kind: SpanKind | undefined,
    attributes: Attributes | undefined,
    links: readonly Link[] | undefined,
    startTime: TimeInput | undefined,
    root: boolean | undefined,
    context: Context,
  ): Span & Disposable;
}

/**
 * The tracer behind the facade after `init()` registered our own provider.
 * It is cheaper than the tracer of the API and creates the same spans.
 */
export interface OwnTracer {
  readonly tracer: EngineTracer;
  /** The registered context manager, so that the hot path does not look it up through the API. */
  readonly contextManager: Pick<ContextManager, 'active' | 'with'>;
  /** Returns the context with the span active. The function comes from the copy that created the tracer. */
  readonly setSpan: (context: Context, span: Span) => Context;
  /** Distinguishes it from the tracer of a foreign provider. */
  readonly isForeign: false;
}

/** The running set-up that `init()` created and that the life-cycle functions of the facade call. */
export interface Lifecycle<Stats = unknown, Report = unknown> {
  flush(options?: { readonly timeoutMs?: number }): Promise<Stats>;
  shutdown(options?: { readonly timeoutMs?: number }): Promise<Stats>;
  stats(): Stats;
  check(): Promise<Report>;
  url(ids: { readonly traceId: string; readonly spanId: string }): string | undefined;
  /** Forces or forbids the export of one trace from now on. */
  overrideSampling(traceId: string, decision: 'keep' | 'drop'): void;
  /** The local root of a span's trace, if the provider records it. */
  getLocalRoot(span: Span): Span | undefined;
}

/** A span that has recorded an error as an event. */
export interface RecordedError {
  readonly traceId: string;
  /** The start order of the span. */
  readonly order: number;
  /** The ids of the span and of its known ancestors. */
  readonly enclosingIds: Set<string>;
}

/** The errors that the facade has recorded. An error may pass through spans of both copies. */
export interface RecordedErrors {
  /** The number of spans that the facade has started. */
  starts: number;
  /** The latest records of errors that are objects. */
  readonly objects: WeakMap<object, readonly RecordedError[]>;
  /** The latest records of strings and other primitives, which have no identity. */
  readonly primitives: { readonly value: unknown; readonly record: RecordedError }[];
}

/** The shared state. `init()` sets `tracer`, `lifecycle` and `handle`; `shutdown()` clears them. */
export interface GlobalState {
  readonly version: 1;
  diagnostics: Diagnostics;
  tracer: OwnTracer | undefined;
  lifecycle: Lifecycle | undefined;
  /** The handle of the first `init()`. Every later call returns it. */
  handle: unknown;
  readonly errors: RecordedErrors;
}

/** The shared state of this process. */
export const globalState: GlobalState = getSharedState();

function getSharedState(): GlobalState {
  const global = globalThis as { [STATE_KEY]?: GlobalState };
  const existing = global[STATE_KEY];
  if (existing !== undefined) return existing;
  const fresh: GlobalState = {
    version: 1,
    diagnostics: createDiagnostics({ logger: stderrLogger }),
    tracer: undefined,
    lifecycle: undefined,
    handle: undefined,
    errors: { starts: 0, objects: new WeakMap(), primitives: [] },
  };
  Object.defineProperty(global, STATE_KEY, {
    value: fresh,
    enumerable: false,
    configurable: true,
    writable: false,
  });
  return fresh;
}
