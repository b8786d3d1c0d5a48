// The defaults of the configuration. Options and environment variables override them.

import type { Complete } from '../core/omit-undefined.js';
import { DELIVERY_DEFAULTS } from '../delivery/options.js';
import type { InstrumentRecord } from '../instrument/types.js';
import type { RedactOptions } from '../redact/options.js';
import { DEFAULT_SAMPLE } from './presets.js';
import type { ResolvedConfig } from './resolved.js';

/** The service name that OpenTelemetry specifies for a process without one. */
export const UNKNOWN_SERVICE = 'unknown_service:node';

/** The parts of the resolved configuration that have a default. */
type Defaults = Pick<
  ResolvedConfig,
  | 'exporters'
  | 'sample'
  | 'propagate'
  | 'baggageAttributes'
  | 'limits'
  | 'delivery'
  | 'processors'
  | 'exitHandlers'
  | 'logLevel'
  | 'disabled'
> & {
  readonly instrument: InstrumentRecord;
  readonly otlp: Pick<ResolvedConfig['otlp'], 'endpoint' | 'protocol'>;
  readonly redact: Complete<RedactOptions>;
};

/** The default values. */
export const DEFAULTS: Defaults = {
  exporters: ['otlp'],
  otlp: { endpoint: 'http://localhost:4318/v1/traces', protocol: 'http/protobuf' },
  sample: DEFAULT_SAMPLE,
  propagate: { formats: ['w3c', 'baggage'] },
  instrument: { http: true, fetch: true },
  baggageAttributes: [],
  redact: { keys: [], patterns: [], replace: 'mask' },
  limits: {
    attributeValueLengthLimit: 16_384,
    attributeCountLimit: 128,
    linkCountLimit: 128,
    eventCountLimit: 128,
    attributePerEventCountLimit: 128,
    attributePerLinkCountLimit: 128,
  },
  delivery: DELIVERY_DEFAULTS,
  processors: [],
  exitHandlers: true,
  logLevel: 'info',
  disabled: false,
} as const satisfies Omit<Partial<ResolvedConfig>, 'otlp'> & {
  readonly otlp: Partial<ResolvedConfig['otlp']>;
};
