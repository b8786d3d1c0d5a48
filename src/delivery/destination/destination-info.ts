// The name and the endpoint of a destination, as messages and statistics show them.

import type { Protocol } from '../stats.js';

/** A destination in messages and statistics. */
export interface DestinationInfo {
  /** The name of the exporter. */
  readonly name: string;
  /** The endpoint without secrets. */
  readonly displayEndpoint: string;
  /** Scheme, host and port of the endpoint. */
  readonly origin: string;
  /** Whether it is the default endpoint on this machine, where often no receiver was started. */
  readonly isDefaultEndpoint: boolean;
  /** The encoding of the requests; undefined if spans are not sent over HTTP. */
  readonly protocol?: Protocol | undefined;
}

/** The subject of a message: `otlp (http://localhost:4318/v1/traces)`. */
export function formatDestination({
  name,
  displayEndpoint,
}: Pick<DestinationInfo, 'name' | 'displayEndpoint'>): string {
  return `${name} (${displayEndpoint})`;
}
