// The settings of an OTLP/HTTP destination that come from the `OTEL_EXPORTER_OTLP_*` variables.

import { DELIVERY_DEFAULTS } from '../delivery/options.js';
import type { Protocol } from '../delivery/stats.js';

/** The settings, with every default in place. */
export interface OtlpSettings {
  /** The full URL. */
  readonly endpoint: string;
  /** Request headers, which may hold secrets. */
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'gzip' | 'none';
  readonly protocol: Protocol;
  /** Milliseconds for a whole request. */
  readonly requestTimeoutMs: number;
  /** Certificates, in PEM. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** The settings without variables. */
export const DEFAULT_OTLP_SETTINGS: OtlpSettings = {
  endpoint: 'http://localhost:4318/v1/traces',
  headers: {},
  compression: DELIVERY_DEFAULTS.compression,
  protocol: 'http/protobuf',
  requestTimeoutMs: DELIVERY_DEFAULTS.requestTimeoutMs,
};
