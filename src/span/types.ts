// The facade's types: what `trace` offers, in one place to read.

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

/** Any function; its exact type is kept where one is handed in. */
// biome-ignore format: one line reads best
export type AnyFunction = (this: never, ...args: never[]) => unknown;

/** The role of a span, by name; OpenTelemetry's `SpanKind` numbers work too. */
export type SpanKindName = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** Anything that can carry a context over a process boundary: a plain object, `Headers`, a `Map`, a message's headers. */
export type Carrier = object;

/** How a span starts and what counts as its failure. */
export interface SpanOptions {
  /** Attributes from the start, so that samplers see them. */
  readonly attributes?: Attributes;
  /** @default 'internal' */
  readonly kind?: SpanKindName | SpanKind;
  /** Other spans that this one is about. */
  readonly links?: readonly Link[];
  /** Starts a new trace, whatever is active. @default false */
  readonly root?: boolean;
  /** The parent, instead of the active span. */
  readonly parent?: Context | SpanContext | Carrier;
  /** When the work began, if that was before now. */
  readonly startTime?: TimeInput;
  /** Keeps the span open until the stream, iterable or body that fn returns was read, failed or cancelled. @default false */
  readonly stream?: boolean;
  /** Tells failures from expected control flow: `false` leaves the status unset. Never called twice for one failure. */
  readonly isError?: (error: unknown) => boolean;
}

/** Options of `trace.wrap`; arguments are recorded only through `attributes`. */
export interface WrapOptions<F extends AnyFunction = AnyFunction>
  extends Omit<SpanOptions, 'attributes' | 'startTime'> {
  /** Attributes of the span, fixed or made from the call's arguments. */
  readonly attributes?: Attributes | ((...args: Parameters<F>) => Attributes);
}

/** Options of `trace.continue`: the parent comes from the carrier. */
export type ContinueOptions = Omit<SpanOptions, 'parent' | 'root'>;

/** A decorator for methods, by the standard (stage 3) and by TypeScript's legacy `experimentalDecorators`. */
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

/** `trace.traced`: with a name or options it makes a decorator, without parentheses it is one. */
export interface Traced extends TracedDecorator {
  (name?: string, options?: SpanOptions): TracedDecorator;
}

/** Ids of the active span, to put into logs. */
export interface ActiveIds {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

/** A limit for `flush` and `shutdown`. */
export interface TimeLimit {
  /** Milliseconds. @default delivery.shutdownTimeoutMs (3000) */
  readonly timeoutMs?: number;
}

/** The facade: everything a service says about its own work. */
export interface Trace {
  /**
   * Runs fn in a new active span, which ends when fn's result has settled.
   *
   * A lazy query (Prisma, Knex, Mongoose) that fn returns is started at once, whether it is awaited or not. What is
   * chained to it afterwards comes too late for this run: chain inside fn.
   *
   * @param name what is done, with few distinct values: `processOrder`, not `processOrder 4711`
   * @param fn the work; its result comes back and its error is rethrown, untouched
   * @example
   * const order = await trace.span('processOrder', async span => {
   *   span.setAttribute('order.id', id);
   *   return process(id);
   * });
   */
  span<T>(name: string, fn: (span: Span) => T): T;
  span<T>(name: string, options: SpanOptions, fn: (span: Span) => T): T;
  /**
   * Makes a traced function with the same parameters, `this`, name, length and other properties. A constructor stays
   * one, and its span is that of the construction.
   *
   * @example
   * export const charge = trace.wrap('charge', chargeCard, { attributes: (card, amount) => ({ amount }) });
   */
  wrap<F extends AnyFunction>(name: string, fn: F, options?: WrapOptions<F>): F;
  /**
   * Decorates a method, so that each call is a span; the default name is `Class.method`.
   *
   * @example
   * class Orders { @trace.traced() async process(id: string) {} }
   */
  readonly traced: Traced;
  /**
   * Starts a span that is not active and that the caller ends.
   *
   * @example
   * using span = trace.startSpan('warmup');
   */
  startSpan(name: string, options?: SpanOptions): Span & Disposable;
  /** Runs fn with the span active; the span is not ended. */
  withSpan<T>(span: Span, fn: () => T): T;

  /** The active span. */
  getActiveSpan(): Span | undefined;
  /** The first span of this process in the active trace. */
  getRootSpan(): Span | undefined;
  /** Sets an attribute of the active span; nothing happens where there is none. */
  setAttribute(key: string, value: AttributeValue): void;
  /** Sets attributes of the active span. */
  setAttributes(attributes: Attributes): void;
  /** Adds an event to the active span. */
  addEvent(name: string, attributes?: Attributes): void;
  /** Records an error on the active span: an event and the status ERROR. Nothing is thrown. */
  recordError(error: unknown): void;
  /** The active span's ids, for log lines. */
  ids(): ActiveIds | undefined;
  /** This trace in the backend's own UI, where an exporter knows it. */
  url(): string | undefined;

  /** Binds fn to today's context, whoever calls it later: pools, emitters, callbacks. */
  bind<F extends AnyFunction>(fn: F): F;
  /** Runs fn with no active span: what starts in it are new traces. */
  detached<T>(fn: () => T): T;
  /** Runs fn without making spans in it. */
  suppress<T>(fn: () => T): T;

  /** Writes the active context into a carrier, by default into a new plain object. */
  inject(): Record<string, string>;
  inject<C extends Carrier>(carrier: C): C;
  /** Reads a context from a carrier. */
  extract(carrier: Carrier): Context;
  /**
   * Goes on with the trace that a carrier brought: `trace.span` with the remote parent.
   *
   * @example
   * await trace.continue(message.headers, 'confirmOrder', () => confirm(message));
   */
  continue<T>(carrier: Carrier, name: string, fn: (span: Span) => T): T;
  continue<T>(carrier: Carrier, name: string, options: ContinueOptions, fn: (span: Span) => T): T;
  /** Runs fn with baggage entries that travel with the trace. */
  withBaggage<T>(entries: Record<string, string>, fn: () => T): T;
  /** The baggage of the active context. */
  getBaggage(): Record<string, string>;
  /** An environment for a child process, with TRACEPARENT, TRACESTATE and BAGGAGE. */
  childEnv(env?: NodeJS.ProcessEnv): NodeJS.ProcessEnv;

  /** Keeps the active trace from here on, whatever sampling said. */
  keep(): void;
  /** Leaves out what still ends in the active trace. */
  drop(): void;

  /** Checks the set-up: configuration, api copies, destinations. Never rejects. */
  check(): Promise<CheckReport>;
  /** Sends what is waiting. Never rejects. */
  flush(options?: TimeLimit): Promise<DeliveryStats>;
  /** Sends what is waiting and switches tracing off. Never rejects. */
  shutdown(options?: TimeLimit): Promise<DeliveryStats>;
  /** The numbers of delivery. */
  stats(): DeliveryStats;

  /** OpenTelemetry's own `trace.getTracer`, so that swapping the import of `trace` is safe. */
  getTracer(name: string, version?: string): Tracer;
}
