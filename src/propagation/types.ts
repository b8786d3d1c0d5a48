// The option `propagate`.

import type { TextMapPropagator } from '@opentelemetry/api';
import type { PropagatorName } from '../core/known-names.js';
import type { RequestSource } from '../core/propagation-policy.js';

/** The headers of a request: names in lower case. */
export type IncomingHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Hosts: patterns such as `api.example`, `api.example:8443`, `*.example` and `[::1]`, or a function that receives the URL.
 * A pattern without a port matches every port.
 */
export type HostRule = string | readonly string[] | ((url: string) => boolean);

/** The formats of the headers, and the hosts that they are exchanged with. */
export interface PropagateOptions {
  /** The formats that are written and read, in the order of precedence. @default ['w3c', 'baggage'] */
  readonly formats?:
    | PropagatorName
    | TextMapPropagator
    | readonly (PropagatorName | TextMapPropagator)[]
    | undefined;
  /** The hosts whose requests carry the trace headers. @default every host */
  readonly to?: HostRule | undefined;
  /** The hosts whose requests carry the baggage. @default the hosts of `to` */
  readonly baggageTo?: HostRule | undefined;
  /**
   * The callers over HTTP whose trace is continued. With `'none'`, and for callers that the function refuses, a new trace
   * starts with a link to the caller, and the caller's baggage is dropped. Queues and parent processes are always trusted.
   *
   * @default 'any'
   */
  readonly from?: 'any' | 'none' | ((carrier: IncomingHeaders, source: RequestSource) => boolean) | undefined;
  /** The baggage keys that are accepted from callers that `from` refuses. @default none */
  readonly baggageFrom?: readonly string[] | undefined;
}
