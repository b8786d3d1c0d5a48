// The resolved configuration: plain, frozen, and complete with every default.

import type { AttributeValue, TextMapPropagator } from '@opentelemetry/api';
import type { Level, Logger } from '../core/diagnostics.js';
import type { PropagatorName } from '../core/known-names.js';
import type { Sampler, SpanLimits } from '../core/sdk-types.js';
import type { Complete } from '../core/omit-undefined.js';
import type { ResolvedDelivery } from '../delivery/options.js';
import type { Instrumentation, InstrumentOption } from '../instrument/types.js';
import type { PropagateOptions } from '../propagation/types.js';
import type { RedactOptions } from '../redact/options.js';
import type { SampleFunction, SampleRule, SpanMatch } from '../sampling/options.js';
import type { OnSpanEnd } from '../spans/ended-span.js';
import type { DetectorName } from './environment-detectors.js';
import type { ExporterOption, ProcessorOption, ResourceDetector } from './options.js';

/** The encoding of OTLP requests. */
export type OtlpProtocol = 'http/protobuf' | 'http/json';

/** The contents of certificate and key files, in PEM. */
export interface TlsFiles {
  /** The certificates that are trusted. */
  readonly ca?: string;
  /** The certificate of this client. */
  readonly cert?: string;
  /** The private key of this client. */
  readonly key?: string;
}

/** The identity of the service. The name is always present. */
export interface ResolvedService {
  readonly name: string;
  readonly version?: string;
  readonly namespace?: string;
  readonly environment?: string;
  readonly instanceId?: string;
}

/** The settings of the exporter that is named `'otlp'`. */
export interface ResolvedOtlp {
  /** The full URL of the requests. It may hold credentials, see `maskEndpoint`. */
  readonly endpoint: string;
  /** Names in lower case. Values are secrets. */
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol: OtlpProtocol;
  readonly compression: 'gzip' | 'none';
  readonly requestTimeoutMs: number;
  readonly tls: TlsFiles;
}

/** The sampling settings. */
export interface ResolvedSample {
  /** The share of traces that is kept, decided at the root, from 0 to 1. */
  readonly ratio: number;
  readonly rules: readonly SampleRule[];
  readonly perSecond?: number;
  /** The function or sampler of the option. The other settings are then those of a ratio of 1. */
  readonly custom?: SampleFunction | Sampler;
  readonly keep: {
    /** Whether traces are buffered until their end. An empty `keep` only serves `trace.keep()` and `trace.drop()`. */
    readonly holds: boolean;
    readonly errors: boolean;
    readonly slowerThanMs?: number;
    readonly match: readonly SpanMatch[];
    readonly maxBytes: number;
    readonly maxTraces: number;
    readonly maxWaitMs: number;
  };
  readonly followRemote: boolean;
  /** False for a sampler in `OTEL_TRACES_SAMPLER` that is not parent-based, and for the preset `'off'`. */
  readonly followParent: boolean;
}

/** The formats, hosts and callers of context propagation. */
export interface ResolvedPropagate extends Omit<PropagateOptions, 'formats'> {
  readonly formats: readonly (PropagatorName | TextMapPropagator)[];
}

/** The resolved configuration of `init()`. */
export interface ResolvedConfig {
  readonly service: ResolvedService;
  /** All resource attributes, including those of `service`. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly exporters: readonly ExporterOption[];
  readonly otlp: ResolvedOtlp;
  readonly sample: ResolvedSample;
  readonly propagate: ResolvedPropagate;
  /** Merged over the defaults and the environment. */
  readonly instrument: InstrumentOption;
  readonly instrumentations: readonly Instrumentation[];
  readonly detectors: readonly ResourceDetector[];
  /** The detectors of `OTEL_NODE_RESOURCE_DETECTORS`. Absent for all of this package. */
  readonly detectorNames?: readonly DetectorName[];
  readonly baggageAttributes: readonly string[];
  readonly redact: false | Complete<RedactOptions>;
  readonly limits: { readonly [K in keyof SpanLimits]-?: number };
  readonly delivery: ResolvedDelivery;
  readonly processors: readonly ProcessorOption[];
  readonly onSpanEnd?: OnSpanEnd;
  readonly isError?: (error: unknown) => boolean;
  readonly exitHandlers: boolean;
  readonly logger?: Logger;
  readonly logLevel: Level | 'none';
  /** `enabled: false`, or `OTEL_SDK_DISABLED=true`: no spans are recorded or sent. Context still propagates. */
  readonly disabled: boolean;
}
