// The state that all copies of this package share in one process: one object on globalThis. The first copy creates it, so a
// facade imported from one copy works after init() of another.
//
// Copies of different versions share it too, so the interfaces below are a contract. A change of any member, of its type or of
// its meaning needs a new LAYOUT. Copies with different layouts do not share state (`other-layouts.ts`).

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
import type { PropagationPolicy } from './propagation-policy.js';

/** The number of the layout of `GlobalState`. `test/fixtures/state-layout/` holds the interfaces of each number. */
export const LAYOUT = 1;

const STATE_KEY = Symbol.for(`@do/trace/${LAYOUT}`);

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
  /** Returns a context in which a new trace is kept, for the span option `keep`. */
  readonly keepNewTraces: (context: Context) => Context;
  /** Returns the tracer of another instrumentation scope. */
  readonly getTracer: (name: string, version?: string) => EngineTracer;
  /** Distinguishes it from the tracer of a foreign provider. */
  readonly isForeign: false;
}

/** The running set-up that `init()` created and that the life-cycle functions of the facade call. */
export interface Lifecycle<Stats = unknown, Report = unknown> {
  flush(options?: { readonly timeoutMs?: number | undefined }): Promise<Stats>;
  shutdown(options?: { readonly timeoutMs?: number | undefined }): Promise<Stats>;
  stats(): Stats;
  check(): Promise<Report>;
  url(ids: { readonly traceId: string; readonly spanId?: string | undefined }): string | undefined;
  /** Forces or forbids the export of the local trace of a span. Returns whether that holds for the whole local trace. */
  overrideSampling(span: Span, decision: 'keep' | 'drop'): boolean;
  /** The local root of a span's trace, if the provider knows it. */
  getLocalRoot(span: Span): Span | undefined;
}

/** A span that has recorded an error as an event, or for which `isError` has returned false. */
export interface RecordedError {
  readonly traceId: string;
  /** The start order of the span. */
  readonly order: number;
  /** The ids of the span and of its known ancestors. */
  readonly enclosingIds: Set<string>;
  /** Whether `isError` returned false, so that the enclosing spans do not record the error either. */
  readonly isExpected: boolean;
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

/** Receives ended spans. */
export interface EndedSpanReceiver {
  onEnd(span: object): void;
}

/** The shared state. `init()` sets `tracer`, `lifecycle` and `handle`; `shutdown()` clears them. */
export interface GlobalState {
  readonly layout: typeof LAYOUT;
  diagnostics: Diagnostics;
  tracer: OwnTracer | undefined;
  lifecycle: Lifecycle | undefined;
  /** The context manager of the first `init()`. Later ones use it too, so that contexts of spans in flight stay active. */
  contextManager: ContextManager | undefined;
  /** Receives ended spans of this set-up, and those that were in flight when an earlier one was shut down. */
  pipeline: EndedSpanReceiver | undefined;
  /** The rules of `propagate` for HTTP. Undefined if the context goes to every host and every caller is trusted. */
  propagation: PropagationPolicy | undefined;
  /** The handle of the first `init()`. Every later call returns it. */
  handle: unknown;
  readonly errors: RecordedErrors;
  /** The option `isError` of `init()`. */
  isError: ((error: unknown) => boolean) | undefined;
  /** Whether `trace.withAttributes` was ever called. Before that, the start of a span looks up no attributes. */
  usesContextAttributes: boolean;
  /** The functions that `trace.wrap`, `trace.wrapAll` and `trace.traced` created. */
  readonly tracedFunctions: WeakSet<object>;
}

/** The shared state of this process. */
export const globalState: GlobalState = getSharedState();

function getSharedState(): GlobalState {
  const global = globalThis as { [STATE_KEY]?: GlobalState };
  const existing = global[STATE_KEY];
  if (existing !== undefined) return existing;
  const fresh: GlobalState = {
    layout: LAYOUT,
    diagnostics: createDiagnostics({ logger: stderrLogger }),
    tracer: undefined,
    lifecycle: undefined,
    contextManager: undefined,
    pipeline: undefined,
    propagation: undefined,
    handle: undefined,
    errors: { starts: 0, objects: new WeakMap(), primitives: [] },
    isError: undefined,
    usesContextAttributes: false,
    tracedFunctions: new WeakSet(),
  };
  Object.defineProperty(global, STATE_KEY, {
    value: fresh,
    enumerable: false,
    configurable: true,
    writable: false,
  });
  return fresh;
}
