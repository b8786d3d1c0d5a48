// The interface of the facade `trace`.

import type { Context, Span, Tracer } from '@opentelemetry/api';
import type { CheckReport } from '../core/check.js';
import type { DeliveryStats } from '../delivery/stats.js';
import type { Environment } from '../propagation/process-environment.js';
import type {
  ActiveIds,
  AnyFunction,
  ArgumentsOf,
  AttributeInput,
  AttributesInput,
  Carrier,
  ContinueOptions,
  EmitterLike,
  RecordErrorOptions,
  SpanOptions,
  ThisOf,
  TimeInput,
  TimeLimit,
  Traceable,
  Traced,
  TraceIds,
  WrapAllOptions,
  WrapOptions,
} from './types.js';

/**
 * The facade: the functions with which an application traces its own work. None of them uses `this`.
 *
 * The interface is not for implementation: a minor release may add members. A fake starts from `noopTrace`.
 *
 * @example
 * const fake: TraceApi = { ...noopTrace, ids: () => ({ traceId, spanId, sampled: true }) };
 */
export interface TraceApi {
  /**
   * Runs a function in a new active span, which ends when the result of the function has settled.
   *
   * The result is returned unchanged, except that a native promise without members is replaced by a derived one. A lazy query
   * (Prisma, Knex, Mongoose) is not started. Its first use runs in the span.
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
  span<T>(name: string, options: SpanOptions | undefined, fn: (span: Span) => T): T;
  /**
   * Creates a traced function with the same parameters, `this`, name, length, metadata and other properties. A wrapped class
   * is a class, and its span covers the construction.
   *
   * @param name the name of the span, or a function of the arguments that returns it
   * @example
   * export const charge = trace.wrap('charge', chargeCard, { attributes: (card, amount) => ({ amount }) });
   */
  wrap<F extends Traceable>(
    name: string | ((this: ThisOf<F>, ...args: ArgumentsOf<F>) => string),
    fn: F,
    options?: WrapOptions<F>,
  ): F;
  /**
   * Replaces the methods of an object, its own and inherited ones, by traced ones. Not replaced are the constructor, `then`,
   * members with a symbol as key, accessors, and the members of `Object.prototype`, of event emitters and of streams. A
   * method that is traced already remains unchanged.
   *
   * @param target an instance, a class (for its static methods) or a plain object
   * @returns the same object
   * @example
   * const orders = trace.wrapAll(new OrderService(), { skip: ['health'] }); // spans named OrderService.process
   */
  wrapAll<T extends object>(target: T, options?: WrapAllOptions<T>): T;
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
  /**
   * Returns the same functions for another instrumentation scope. A library traces itself with its own name, whether the
   * application calls `init()` before or after, or not at all.
   *
   * @param name the name of the library
   * @param version its version
   * @example
   * const trace = sdk.scope('@acme/orders-client', '1.4.2');
   */
  scope(name: string, version?: string): TraceApi;

  /** Returns the active span. */
  getActiveSpan(): Span | undefined;
  /** Returns the first span of this process in the active trace. */
  getRootSpan(): Span | undefined;
  /** Sets an attribute of the active span. Without one, the call does nothing. */
  setAttribute(key: string, value: AttributeInput): void;
  /** Sets attributes of the active span. */
  setAttributes(attributes: AttributesInput): void;
  /** Adds an event to the active span. @param time the time of the event. @default the current time */
  addEvent(name: string, attributes?: AttributesInput, time?: TimeInput): void;
  /** Records an error on the active span: an event, and the status ERROR unless the error is handled. Nothing is thrown. */
  recordError(error: unknown, options?: RecordErrorOptions): void;
  /** Returns the ids of the active span, for log records. */
  ids(): ActiveIds | undefined;
  /** Returns the URL of a trace in the user interface of the backend, if an exporter knows it. @default the active span */
  url(ids?: TraceIds): string | undefined;

  /**
   * Runs a function in which every new span has the attributes, in this process only. The span's own attributes take
   * precedence.
   *
   * @example
   * trace.withAttributes({ 'tenant.id': tenant }, () => handle(request));
   */
  withAttributes<T>(attributes: AttributesInput, fn: () => T): T;
  /**
   * Binds a function to the active context, for later calls from pools and callbacks. An event emitter is changed itself, and
   * runs all its listeners in the context.
   */
  bind<T extends AnyFunction | EmitterLike>(target: T): T;
  /** Runs a function without an active span, so that its spans start new traces. */
  detached<T>(fn: () => T): T;
  /** Runs a function in which no spans are created. */
  suppress<T>(fn: () => T): T;

  /** Writes the active context into a carrier. @default a new plain object */
  inject(carrier?: undefined): Record<string, string>;
  inject<C extends Carrier>(carrier: C): C;
  inject<C extends Carrier>(carrier: C | undefined): C | Record<string, string>;
  /** Reads a context from a carrier. */
  extract(carrier: Carrier): Context;
  /**
   * Continues the trace of a carrier: `trace.span` with a remote parent.
   *
   * @example
   * await trace.continue(message.headers, 'confirmOrder', () => confirm(message));
   */
  continue<T>(carrier: Carrier, name: string, fn: (span: Span) => T): T;
  continue<T>(carrier: Carrier, name: string, options: ContinueOptions | undefined, fn: (span: Span) => T): T;
  /** Runs a function with baggage entries, which are propagated with the trace. `undefined` removes an entry. */
  withBaggage<T>(entries: Readonly<Record<string, string | undefined>>, fn: () => T): T;
  /** Returns the baggage of the active context. */
  getBaggage(): Record<string, string>;
  /** Returns an environment for a child process, with TRACEPARENT, TRACESTATE and BAGGAGE. @default process.env */
  childEnv(env?: Environment): Environment;

  /** Keeps the active trace, regardless of the sampling decision. Returns whether its whole part in this process is kept. */
  keep(): boolean;
  /** Drops the active trace. Returns whether its whole part in this process is dropped. */
  drop(): boolean;

  /** Checks the set-up: configuration, copies of the API, destinations. Never rejects. */
  check(): Promise<CheckReport>;
  /** Sends all queued spans. Never rejects. */
  flush(options?: TimeLimit): Promise<DeliveryStats>;
  /** Sends all queued spans and stops tracing. Never rejects. */
  shutdown(options?: TimeLimit): Promise<DeliveryStats>;
  /** Returns the delivery statistics. */
  stats(): DeliveryStats;

  /** OpenTelemetry's own `trace.getTracer`, so that code for its `trace` works with this one. */
  getTracer(name: string, version?: string, options?: { schemaUrl?: string | undefined }): Tracer;
}
