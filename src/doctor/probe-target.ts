// The destination that the doctor examines, with the features of its backend besides the OTLP endpoint.

import type { Resource } from '@opentelemetry/resources';
import type { DestinationOptions } from '../delivery/destination/destination-options.js';
import type { DeliveryOptions } from '../delivery/options.js';

/** Another region of the same product. */
export interface Region {
  /** The setting that selects it: `region: 'eu'`. */
  readonly name: string;
  readonly endpoint: string;
}

/** A destination as delivery uses it, and the features of its backend. */
export interface ProbeTarget {
  readonly destination: DestinationOptions;
  readonly delivery: DeliveryOptions;
  readonly resource: Resource;
  /** The environment, for the proxy variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The settings of the API key, for the fix: `HONEYCOMB_API_KEY or honeycomb({ apiKey })`. */
  readonly keySetting?: string | undefined;
  /** The regions that are tried if this one does not accept the key. */
  readonly regions?: readonly Region[] | undefined;
  /** The URL of Jaeger's query service, and whether the user set it. */
  readonly jaeger?: { readonly url: string; readonly isConfigured: boolean } | undefined;
  /** Whether the endpoint may be any OTLP receiver, so that the doctor looks for the API of known ones. */
  readonly acceptsAnyReceiver?: boolean;
  /** The page of a trace in the UI of the product. */
  readonly url?:
    | ((ids: { readonly traceId: string; readonly spanId: string }) => string | undefined)
    | undefined;
}
