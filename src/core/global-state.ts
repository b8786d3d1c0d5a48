// What the ESM and the CJS copy of this package share in one process: one slot on globalThis.
// Whoever comes first makes it; both read the same object, so init() in one is seen by trace in the other.

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

/** Our engine's tracer: OpenTelemetry's, with one more way in that needs no options object. */
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
 * The tracer behind the facade when `init()` registered our own provider.
 * It is the cheapest way in; the plain API reaches the same spans.
 */
export interface OwnTracer {
  readonly tracer: EngineTracer;
  /** The registered context manager, so that the hot path need not look it up through the API. */
  readonly contextManager: Pick<ContextManager, 'active' | 'with'>;
  /** The cheapest context like the given one with the span active. It comes from the copy that made the tracer. */
  readonly setSpan: (context: Context, span: Span) => Context;
  /** Told apart from the way through somebody else's provider. */
  readonly foreign: false;
}

/** What `init()` put together and the facade's life-cycle verbs call. */
export interface Lifecycle<Stats = unknown, Report = unknown> {
  flush(options?: { readonly timeoutMs?: number }): Promise<Stats>;
  shutdown(options?: { readonly timeoutMs?: number }): Promise<Stats>;
  stats(): Stats;
  check(): Promise<Report>;
  url(ids: { readonly traceId: string; readonly spanId: string }): string | undefined;
  /** Forces or forbids the export of one trace from here on. */
  overrideSampling(traceId: string, decision: 'keep' | 'drop'): void;
  /** The first span of this process in the span's trace, where the provider knows it. */
  rootOf(span: Span): Span | undefined;
}

/** A span that has told of an error in an event of its own. */
export interface RecordedError {
  readonly traceId: string;
  /** The start order of the span. */
  readonly order: number;
  /** The ids of the span and of those around it, as far as they are known. */
  readonly enclosingIds: Set<string>;
}

/** What the facade remembers of errors, for an error may pass through spans of both copies. */
export interface RecordedErrors {
  /** How many spans the facade has started. */
  starts: number;
  /** The latest tellings of errors that are objects. */
  readonly objects: WeakMap<object, readonly RecordedError[]>;
  /** The latest tellings of strings and other primitives, which have no identity. */
  readonly primitives: { readonly value: unknown; readonly telling: RecordedError }[];
}

/** The shared state. `wiring` and `runtime` are set by `init()` and taken back by `shutdown()`. */
export interface GlobalState {
  readonly version: 1;
  diagnostics: Diagnostics;
  tracer: OwnTracer | undefined;
  lifecycle: Lifecycle | undefined;
  /** The handle of the first `init()`, given back by every later one. */
  handle: unknown;
  readonly errors: RecordedErrors;
}

/** The one shared slot of this process. */
export const globalState: GlobalState = sharedState();

function sharedState(): GlobalState {
  const holder = globalThis as { [STATE_KEY]?: GlobalState };
  const present = holder[STATE_KEY];
  if (present !== undefined) return present;
  const fresh: GlobalState = {
    version: 1,
    diagnostics: createDiagnostics({ logger: stderrLogger }),
    tracer: undefined,
    lifecycle: undefined,
    handle: undefined,
    errors: { starts: 0, objects: new WeakMap(), primitives: [] },
  };
  Object.defineProperty(holder, STATE_KEY, {
    value: fresh,
    enumerable: false,
    configurable: true,
    writable: false,
  });
  return fresh;
}
