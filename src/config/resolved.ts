// The configuration as the rest of the package takes it: plain, frozen, and with every default in place.

import type { AttributeValue } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { SpanLimits } from '@opentelemetry/sdk-trace-base';
import type { Level, Logger } from '../core/diagnostics.js';
import type { ExporterName, PropagatorName } from '../core/known-names.js';
import type { DeliveryOptions, Exporter, SpoolOptions } from '../exporters/exporter.js';
import type { RedactOptions } from '../redact/options.js';
import type { SampleRule, SpanMatch, TrustRemote } from '../sampling/options.js';
import type { OtlpProtocol, TlsFiles } from './environment-otlp.js';
import type { ProcessorOption } from './options.js';

/** Who this process is; the name is always there. */
export interface ResolvedService {
  readonly name: string;
  readonly version?: string;
  readonly namespace?: string;
  readonly environment?: string;
  readonly instanceId?: string;
}

/** Where the exporter that is named `'otlp'` sends, and how. */
export interface ResolvedOtlp {
  /** The full URL to post to; may hold credentials, see `maskEndpoint`. */
  readonly endpoint: string;
  /** Names in lower case; values are secrets. */
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol: OtlpProtocol;
  readonly compression: 'gzip' | 'none';
  readonly timeoutMs: number;
  readonly tls: TlsFiles;
}

/** Which traces are kept. */
export interface ResolvedSample {
  /** The share at the root, from 0 to 1. */
  readonly ratio: number;
  readonly rules: readonly SampleRule[];
  readonly perSecond?: number;
  readonly keep: {
    readonly errors: boolean;
    readonly slowerThanMs?: number;
    readonly match: readonly SpanMatch[];
    readonly maxBytes: number;
    readonly maxTraces: number;
    readonly maxWaitMs: number;
  };
  readonly trustRemote: TrustRemote;
  /** False where `OTEL_TRACES_SAMPLER` names a sampler that is not parent-based, and for the preset `'off'`. */
  readonly followParent: boolean;
}

/** How finished spans leave. */
export interface ResolvedDelivery extends Required<Omit<DeliveryOptions, 'spool'>> {
  readonly spool: false | Required<SpoolOptions>;
}

/** Everything `init()` needs to know. */
export interface ResolvedConfig {
  readonly service: ResolvedService;
  /** All resource attributes, those of `service` among them. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly exporters: readonly (ExporterName | Exporter)[];
  readonly otlp: ResolvedOtlp;
  readonly sample: ResolvedSample;
  readonly propagate: readonly PropagatorName[];
  /** Names (`'auto'` among them where everything was asked for) and instrumentations. */
  readonly instrument: readonly (string | Instrumentation)[];
  readonly baggageAttributes: readonly string[];
  readonly redact: false | Required<RedactOptions>;
  readonly limits: Readonly<Required<SpanLimits>>;
  readonly delivery: ResolvedDelivery;
  readonly processors: readonly ProcessorOption[];
  readonly exitHandlers: boolean;
  readonly logger?: Logger;
  readonly logLevel: Level | 'none';
  /** `OTEL_SDK_DISABLED=true`: nothing is recorded and nothing sent; context still travels. */
  readonly disabled: boolean;
}
