// The option `instrument`, and the inputs and outputs of this layer. The types of requests and instrumentations are
// structural, so that the declarations of this package need neither @types/node nor OpenTelemetry's instrumentations.

import type { TracerProvider } from '@opentelemetry/api';
import type { Diagnostics } from '../core/diagnostics.js';
import type { Instrumentation } from '../core/sdk-types.js';
import type { AttributesInput } from '../spans/attribute-input.js';

export type { Instrumentation } from '../core/sdk-types.js';

/** A request that a server of `node:http` has received: the `IncomingMessage`. */
export interface IncomingRequest {
  readonly method?: string | undefined;
  /** The path with the query: `/orders?page=2`. */
  readonly url?: string | undefined;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** A request that a client of `node:http` sends: the `ClientRequest`. */
export interface OutgoingRequest {
  readonly method: string;
  readonly host: string;
  readonly protocol: string;
  /** The path with the query. */
  readonly path: string;
  getHeader(name: string): number | string | string[] | undefined;
}

/** A request that `fetch` or undici sends. */
export interface OutgoingFetch {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * A function of the application. The method syntax lets it declare a more specific parameter, such as `IncomingMessage`.
 */
type Callback<Parameter, Result> = { call(parameter: Parameter): Result }['call'];

/** Matches paths of incoming requests: a text with `*` for any characters, or a regular expression. */
export type PathPattern = string | RegExp;

/** Matches targets of outgoing requests: a host as in `propagate.to`, a URL with `*` for any characters, or a regular expression. */
export type TargetPattern = string | RegExp;

/** The options that clients of `node:http` and `fetch` have in common. */
interface ClientInstrumentOptions {
  /** Outgoing requests without a span. They still carry the context of the active span. @default none */
  readonly ignoreOutgoing?: TargetPattern | readonly TargetPattern[] | Callback<string, boolean> | undefined;
  /** Names of request headers that are recorded as `http.request.header.<name>`. @default none */
  readonly requestHeaders?: readonly string[] | undefined;
  /** Names of response headers that are recorded as `http.response.header.<name>`. @default none */
  readonly responseHeaders?: readonly string[] | undefined;
}

/** The options of the instrumentation of `node:http` and `node:https`. */
export interface HttpInstrumentOptions extends ClientInstrumentOptions {
  /**
   * Incoming requests without a span, by their path without the query. Nothing is traced while they are handled.
   *
   * @default none
   */
  readonly ignore?: PathPattern | readonly PathPattern[] | Callback<IncomingRequest, boolean> | undefined;
  /**
   * The name of a header in which every response carries the trace id. `true` is `x-trace-id`. The value of `traceresponse`
   * has the form of W3C.
   *
   * @default false
   */
  readonly responseHeader?: boolean | string | undefined;
  /** Returns further attributes for the span of an incoming or outgoing request. It is called at the start. @default none */
  readonly attributes?: Callback<IncomingRequest | OutgoingRequest, AttributesInput | undefined> | undefined;
}

/** The options of the instrumentation of `fetch` and undici. */
export interface FetchInstrumentOptions extends ClientInstrumentOptions {
  /** Returns further attributes for the span of a request. It is called at the start. @default none */
  readonly attributes?: Callback<OutgoingFetch, AttributesInput | undefined> | undefined;
}

/**
 * The instrumentations that `init()` enables, by name. They are merged over `{ http: true, fetch: true }`. `auto` enables all
 * that the application has installed. An object is the configuration of the instrumentation.
 *
 * @example
 * init({ instrument: { pg: true, redis: { requireParentSpan: true }, http: { ignore: '/health*' } } });
 */
export interface InstrumentRecord {
  readonly auto?: boolean | undefined;
  readonly http?: boolean | HttpInstrumentOptions | undefined;
  readonly fetch?: boolean | FetchInstrumentOptions | undefined;
  readonly [name: string]: boolean | object | undefined;
}

/** The option `instrument`. `false` enables nothing. */
export type InstrumentOption = false | InstrumentRecord;

/** The dependencies of `instrument`. */
export interface InstrumentDependencies {
  /** The provider of the spans. */
  readonly tracerProvider: TracerProvider;
  readonly diagnostics: Diagnostics;
  /** The option `instrumentations`: instrumentations that the application has created. @default [] */
  readonly instrumentations?: readonly Instrumentation[];
  /** The directories in which packages of the application are resolved. @default listApplicationDirectories() */
  readonly directories?: readonly string[];
}

/** The enabled instrumentations. */
export interface ActiveInstrumentations {
  /** Short names: those of objects first, then those of the option in its order. */
  readonly names: readonly string[];
  /** Removes every patch. Never throws. */
  disable(): void;
}

/** An instrumentation that is created but not connected to a tracer provider. */
export interface SelectedInstrumentation {
  readonly name: string;
  readonly instrumentation: Instrumentation;
  /** A file of its package, if it was loaded from the application. */
  readonly file?: string;
}
