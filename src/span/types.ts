// The types of the facade `trace`.

import type { CheckReport } from '../core/check.js';
import type {
  Attributes,
  AttributeValue,
  Context,
  Link,
  Span,
  SpanContext,
  SpanKind,
  TimeInput,
  Tracer,
} from '@opentelemetry/api';
import type { DeliveryStats } from '../delivery/stats.js';
import type { Carrier } from '../propagation/carrier.js';

/** A function of any type. Type parameters that extend it preserve the exact type. */
// biome-ignore format: one line reads best
export type AnyFunction = (this: never, ...args: never[]) => unknown;

/** The kind of a span by name. OpenTelemetry's `SpanKind` numbers are accepted, too. */
export type SpanKindName = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

export type { Carrier };

/** The options of a span. */
export interface SpanOptions {
  /** Attributes at the start, which samplers can read. */
  readonly attributes?: Attributes;
  /** @default 'internal' */
  readonly kind?: SpanKindName | SpanKind;
  /** Links to related spans. */
  readonly links?: readonly Link[];
  /** Starts a new trace, even if a span is active. @default false */
  readonly root?: boolean;
  /** The parent, instead of the active span. */
  readonly parent?: Context | SpanContext | Carrier;
  /** The start of the work. @default the current time */
  readonly startTime?: TimeInput;
  /** Keeps the span open until the stream, iterable or body that fn returns ends, fails or is cancelled. @default false */
  readonly stream?: boolean;
  /** Whether an error is a failure. `false` leaves the status unset. Called once for each failure. @default every error */
  readonly isError?: (error: unknown) => boolean;
}

/** The options of `trace.wrap`. Arguments are recorded through `attributes` only. */
export interface WrapOptions<F extends AnyFunction = AnyFunction>
  extends Omit<SpanOptions, 'attributes' | 'startTime'> {
  /** The attributes of the span: fixed, or computed from the arguments of the call. */
  readonly attributes?: Attributes | ((...args: Parameters<F>) => Attributes);
}

/** The options of `trace.continue`. The carrier supplies the parent. */
export type ContinueOptions = Omit<SpanOptions, 'parent' | 'root'>;

/** A decorator of methods in the standard form (stage 3) and in TypeScript's legacy form (`experimentalDecorators`). */
export interface TracedDecorator {
  <This, Args extends unknown[], Result>(
    method: (this: This, ...args: Args) => Result,
    context: ClassMethodDecoratorContext<This, (this: This, ...args: Args) => Result>,
  ): (this: This, ...args: Args) => Result;
  <T>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<T>,
  ): TypedPropertyDescriptor<T>;
}

/** `trace.traced`. A call with a name or options returns a decorator; without parentheses it is a decorator itself. */
export interface Traced extends TracedDecorator {
  (name?: string, options?: SpanOptions): TracedDecorator;
}

/** The ids of the active span, for log records. */
export interface ActiveIds {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

/** The time limit of `flush` and `shutdown`. */
export interface TimeLimit {
  /** Milliseconds. @default delivery.shutdownTimeoutMs (3000) */
  readonly timeoutMs?: number;
}

/** The facade: the functions with which an application traces its own work. */
export interface Trace {
  /**
   * Runs a function in a new active span, which ends when the result of the function has settled.
   *
   * A lazy query (Prisma, Knex, Mongoose) that the function returns is started at once, even if it is never awaited. Calls
   * that are chained to it afterwards do not affect this run: chain them inside the function.
   *
   * @param name the operation, with few distinct values: `processOrder`, not `processOrder 4711`
   * @param fn the function
   * @returns the result of the function
   * @throws the error of the function
   * @example
   * const order = await trace.span('processOrder', async span => {
   *   span.setAttribute('order.id', id);
   *   return process(id);
   * });
   */
  span<T>(name: string, fn: (span: Span) => T): T;
  span<T>(name: string, options: SpanOptions, fn: (span: Span) => T): T;
  /**
   * Creates a traced function with the same parameters, `this`, name, length and other properties. A wrapped constructor is
   * a constructor, and its span covers the construction.
   *
   * @example
   * export const charge = trace.wrap('charge', chargeCard, { attributes: (card, amount) => ({ amount }) });
   */
  wrap<F extends AnyFunction>(name: string, fn: F, options?: WrapOptions<F>): F;
  /**
   * Decorates a method, so that each call is a span. The default name is `Class.method`.
   *
   * @example
   * class Orders { @trace.traced() async process(id: string) {} }
   */
  readonly traced: Traced;
  /**
   * Starts a span that is not active. The caller ends it.
   *
   * @example
   * using span = trace.startSpan('warmup');
   */
  startSpan(name: string, options?: SpanOptions): Span & Disposable;
  /** Runs a function with an active span, and does not end the span. */
  withSpan<T>(span: Span, fn: () => T): T;

  /** Returns the active span. */
  getActiveSpan(): Span | undefined;
  /** Returns the first span of this process in the active trace. */
  getRootSpan(): Span | undefined;
  /** Sets an attribute of the active span. Without one, the call does nothing. */
  setAttribute(key: string, value: AttributeValue): void;
  /** Sets attributes of the active span. */
  setAttributes(attributes: Attributes): void;
  /** Adds an event to the active span. */
  addEvent(name: string, attributes?: Attributes): void;
  /** Records an error on the active span: an event and the status ERROR. Nothing is thrown. */
  recordError(error: unknown): void;
  /** Returns the ids of the active span, for log records. */
  ids(): ActiveIds | undefined;
  /** Returns the URL of the active trace in the user interface of the backend, if an exporter has it. */
  url(): string | undefined;

  /** Binds a function to the active context, for later calls from pools, emitters and callbacks. */
  bind<F extends AnyFunction>(fn: F): F;
  /** Runs a function without an active span, so that its spans start new traces. */
  detached<T>(fn: () => T): T;
  /** Runs a function in which no spans are created. */
  suppress<T>(fn: () => T): T;

  /** Writes the active context into a carrier. @default a new plain object */
  inject(): Record<string, string>;
  inject<C extends Carrier>(carrier: C): C;
  /** Reads a context from a carrier. */
  extract(carrier: Carrier): Context;
  /**
   * Continues the trace of a carrier: `trace.span` with a remote parent.
   *
   * @example
   * await trace.continue(message.headers, 'confirmOrder', () => confirm(message));
   */
  continue<T>(carrier: Carrier, name: string, fn: (span: Span) => T): T;
  continue<T>(carrier: Carrier, name: string, options: ContinueOptions, fn: (span: Span) => T): T;
  /** Runs a function with baggage entries, which are propagated with the trace. */
  withBaggage<T>(entries: Record<string, string>, fn: () => T): T;
  /** Returns the baggage of the active context. */
  getBaggage(): Record<string, string>;
  /** Returns an environment for a child process, with TRACEPARENT, TRACESTATE and BAGGAGE. */
  childEnv(env?: NodeJS.ProcessEnv): NodeJS.ProcessEnv;

  /** Exports the active trace from now on, regardless of the sampling decision. */
  keep(): void;
  /** Exports no further spans of the active trace. */
  drop(): void;

  /** Checks the set-up: configuration, copies of the API, destinations. Never rejects. */
  check(): Promise<CheckReport>;
  /** Sends all queued spans. Never rejects. */
  flush(options?: TimeLimit): Promise<DeliveryStats>;
  /** Sends all queued spans and stops tracing. Never rejects. */
  shutdown(options?: TimeLimit): Promise<DeliveryStats>;
  /** Returns the delivery statistics. */
  stats(): DeliveryStats;

  /** OpenTelemetry's own `trace.getTracer`, so that code for its `trace` works with this one. */
  getTracer(name: string, version?: string): Tracer;
}
