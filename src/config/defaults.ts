// What holds where neither options nor environment say anything. The one place for these values.

import { DELIVERY_DEFAULTS } from '../delivery/defaults.js';
import { DEFAULT_SAMPLE } from './presets.js';
import type { RedactOptions } from '../redact/options.js';
import type { ResolvedConfig } from './resolved.js';

/** The service's name where nothing gives one, as OpenTelemetry wants it. */
export const UNKNOWN_SERVICE = 'unknown_service:node';

/** What `instrument: true` stands for. */
export const INSTRUMENT_ALL: readonly string[] = ['http', 'fetch', 'auto'];

/** What has one default, as the resolved configuration has it. */
type Defaults = Pick<
  ResolvedConfig,
  | 'exporters'
  | 'sample'
  | 'propagate'
  | 'instrument'
  | 'baggageAttributes'
  | 'limits'
  | 'delivery'
  | 'processors'
  | 'exitHandlers'
  | 'logLevel'
  | 'disabled'
> & {
  readonly otlp: Pick<ResolvedConfig['otlp'], 'endpoint' | 'protocol'>;
  readonly redact: Required<RedactOptions>;
};

/** The default of everything that has one value. */
export const DEFAULTS: Defaults = {
  exporters: ['otlp'],
  otlp: { endpoint: 'http://localhost:4318/v1/traces', protocol: 'http/protobuf' },
  sample: DEFAULT_SAMPLE,
  propagate: ['w3c', 'baggage'],
  instrument: ['http', 'fetch'],
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
  delivery: { ...DELIVERY_DEFAULTS, spool: false },
  processors: [],
  exitHandlers: true,
  logLevel: 'info',
  disabled: false,
} as const satisfies Omit<Partial<ResolvedConfig>, 'otlp'> & {
  readonly otlp: Partial<ResolvedConfig['otlp']>;
};
