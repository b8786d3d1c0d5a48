// The types of the options and arguments of the facade `trace`.

import type { Context, Link, Span, SpanContext, SpanKind } from '@opentelemetry/api';
import type { Carrier } from '../propagation/carrier.js';
import type { AttributesInput } from '../spans/attribute-input.js';

export type { Carrier } from '../propagation/carrier.js';
export type { AttributeInput, AttributesInput } from '../spans/attribute-input.js';

/** A function of any type. Type parameters that extend it preserve the exact type. */
export type AnyFunction = (...args: never[]) => unknown;

/** A class of any type, also an abstract one. */
export type AnyConstructor = abstract new (...args: never[]) => unknown;

/** A function or a class, which `trace.wrap` accepts. */
export type Traceable = AnyFunction | AnyConstructor;

/** The `this` of a function. A class has none before its instance exists. */
export type ThisOf<F> = F extends (this: infer This, ...args: never[]) => unknown ? This : undefined;

/** The arguments of a function or a class. */
export type ArgumentsOf<F> = F extends (this: never, ...args: infer Args) => unknown
  ? Args
  : F extends abstract new (
        ...args: infer Args
      ) => unknown
    ? Args
    : never;

/** The value that a call of a function or a class results in, after promises have been fulfilled. */
export type ResultOf<F> = F extends abstract new (
  ...args: never[]
) => infer Instance
  ? Instance
  : F extends (this: never, ...args: never[]) => infer Result
    ? Awaited<Result>
    : never;

/** An emitter of events with the methods of Node's `EventEmitter`. */
export interface EmitterLike {
  on(event: never, listener: never): unknown;
  emit(event: never, ...args: never[]): unknown;
}

/** A time: a `Date`, milliseconds since 1970, a reading of `performance.now()`, or seconds and nanoseconds since 1970. */
export type TimeInput = Date | number | readonly [seconds: number, nanoseconds: number];

/** The kind of a span by name. OpenTelemetry's `SpanKind` numbers are accepted, too. */
export type SpanKindName = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** A link to a related span: OpenTelemetry's `Link`, the span, its context, or a carrier with its context. */
export type LinkInput = Link | Span | Context | SpanContext | Carrier;

/** The parent of a span: a span, a context, the context of a span, or a carrier with one of a remote span. */
export type ParentInput = Span | Context | SpanContext | Carrier;

/** The options of a span. */
export interface SpanOptions {
  /** Attributes at the start, which samplers can read. */
  readonly attributes?: AttributesInput | undefined;
  /** @default 'internal' */
  readonly kind?: SpanKindName | SpanKind | undefined;
  /** Links to related spans. */
  readonly links?: readonly LinkInput[] | undefined;
  /** Starts a new trace, even if a span is active. `'linked'` adds a link to that span. @default false */
  readonly root?: boolean | 'linked' | undefined;
  /** The parent, instead of the active span. */
  readonly parent?: ParentInput | undefined;
  /** The start of the work. @default the current time */
  readonly startTime?: TimeInput | undefined;
  /** Keeps the span open until the stream, iterable or body that fn returns ends, fails or is cancelled. @default false */
  readonly stream?: boolean | undefined;
  /** Keeps the trace, regardless of the sampling decision, as `trace.keep()` does. @default false */
  readonly keep?: boolean | undefined;
  /**
   * Whether an error is a failure. `false` leaves the status unset, also on the spans around this one. Called once for each
   * failure. @default isError of init(), else every error
   */
  readonly isError?: ((error: unknown) => boolean) | undefined;
}

/** The options of `trace.wrap`. Arguments and results are recorded through `attributes` and `result` only. */
export interface WrapOptions<F extends Traceable = AnyFunction> extends Omit<SpanOptions, 'attributes'> {
  /** The attributes of the span: fixed, or computed from the arguments of the call. */
  readonly attributes?:
    | AttributesInput
    | ((this: ThisOf<F>, ...args: ArgumentsOf<F>) => AttributesInput | undefined)
    | undefined;
  /** Computes further attributes from the result of the call, after a promise is fulfilled. */
  readonly result?: ((this: ThisOf<F>, value: ResultOf<F>) => AttributesInput | undefined) | undefined;
}

/** The options of `trace.traced`. The callbacks declare the types of their own parameters. */
export interface TracedOptions extends Omit<SpanOptions, 'attributes'> {
  /** The attributes of the span: fixed, or computed from the arguments of the call. */
  readonly attributes?:
    | AttributesInput
    | ((this: never, ...args: never[]) => AttributesInput | undefined)
    | undefined;
  /** Computes further attributes from the result of the call, after a promise is fulfilled. */
  readonly result?: ((this: never, value: never) => AttributesInput | undefined) | undefined;
}

/** The options of `trace.wrapAll`. */
export interface WrapAllOptions<T extends object = object> {
  /** The span names begin with it and a dot. @default the name of the class, else nothing */
  readonly prefix?: string | undefined;
  /** The methods to trace. @default all */
  readonly only?: readonly (keyof T)[] | undefined;
  /** The methods to leave out. */
  readonly skip?: readonly (keyof T)[] | undefined;
}

/** The options of `trace.continue`. The carrier supplies the parent. */
export type ContinueOptions = Omit<SpanOptions, 'parent' | 'root'>;

/** The options of `trace.recordError`. */
export interface RecordErrorOptions {
  /** Further attributes of the event. */
  readonly attributes?: AttributesInput | undefined;
  /** Whether the work succeeds in spite of the error: the event is recorded, and the status is left unset. @default false */
  readonly handled?: boolean | undefined;
}

/** A decorator of methods in the standard form (stage 3) and in TypeScript's legacy form (`experimentalDecorators`). */
export interface TracedDecorator {
  <F extends AnyFunction>(method: F, context: { readonly kind: 'method'; readonly name: string | symbol }): F;
  <F extends AnyFunction>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<F>,
  ): TypedPropertyDescriptor<F>;
}

/** `trace.traced`. A call with a name or options returns a decorator; without parentheses it is a decorator itself. */
export interface Traced extends TracedDecorator {
  (name?: string | TracedOptions, options?: TracedOptions): TracedDecorator;
}

/** The ids of a trace and of one of its spans. */
export interface TraceIds {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. @default the whole trace */
  readonly spanId?: string | undefined;
}

/** The ids of the active span, for log records. */
export interface ActiveIds {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

/** The time limit of `flush` and `shutdown`. */
export interface TimeLimit {
  /** Milliseconds. @default delivery.flushTimeoutMs (3000) */
  readonly timeoutMs?: number | undefined;
}
