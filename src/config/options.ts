// The options of `init()`. An option that is left out comes from the environment, then from the defaults.

import type { Attributes } from '@opentelemetry/api';
import type { Level, PartialLogger } from '../core/diagnostics.js';
import type { ExporterName } from '../core/known-names.js';
import type { SpanExporter, SpanLimits, SpanProcessor } from '../core/sdk-types.js';
import type { DeliveryOptions, Exporter } from '../exporters/exporter.js';
import type { Instrumentation, InstrumentOption } from '../instrument/types.js';
import type { PropagateOptions } from '../propagation/types.js';
import type { RedactOptions } from '../redact/options.js';
import type { SampleOption } from '../sampling/options.js';
import type { OnSpanEnd } from '../spans/ended-span.js';

/** The identity of the service. */
export interface ServiceOptions {
  /** The service's name. @default `OTEL_SERVICE_NAME`, else package.json's name */
  readonly name?: string | undefined;
  /** The service's version. @default package.json's version */
  readonly version?: string | undefined;
  /** The group of services that it belongs to. @default none */
  readonly namespace?: string | undefined;
  /** The deployment environment: production, staging, … @default none */
  readonly environment?: string | undefined;
  /** The id of this process among those of the service. @default none */
  readonly instanceId?: string | undefined;
}

/** The attributes that a resource detector has found. Values may be promises. */
export interface DetectedResource {
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
}

/** Finds resource attributes of a platform. A `ResourceDetector` of OpenTelemetry fits. */
export interface ResourceDetector {
  detect(): DetectedResource;
}

/** The attributes of this process, which describe every span. */
export interface ResourceOptions {
  /** Attributes. They override those of the environment and of detectors. @default `OTEL_RESOURCE_ATTRIBUTES` */
  readonly attributes?: Readonly<Attributes> | undefined;
  /** Resource detectors of OpenTelemetry. @default [] */
  readonly detectors?: readonly ResourceDetector[] | undefined;
}

/** The least severe level of diagnostics that is written. */
export type LogLevel = Level | 'silent';

/** An exporter: a name, an exporter of this package, or an OpenTelemetry `SpanExporter`, which gets a queue. */
export type ExporterOption = ExporterName | Exporter | SpanExporter;

/** An OpenTelemetry span processor or exporter. An exporter is put behind a batch processor. */
export type ProcessorOption = SpanProcessor | SpanExporter;

/** Limits on the contents of a span: counts, and UTF-16 units for the length. `Infinity` lifts a limit. */
export type LimitsOptions = SpanLimits;

/**
 * The options of `init()`.
 *
 * @example
 * init({ service: 'orders', exporter: 'otlp', sample: 0.1 });
 */
export interface InitOptions {
  /** The service's name, or its full identity. @default `OTEL_SERVICE_NAME`, else package.json's name and version */
  readonly service?: string | ServiceOptions | undefined;
  /** The destination of spans: a name, an exporter, or a list of them; an empty list sends nowhere. @default `DO_TRACE_EXPORTER`, `OTEL_TRACES_EXPORTER`, else 'otlp' */
  readonly exporter?: ExporterOption | readonly ExporterOption[] | undefined;
  /** The traces that are kept: a share from 0 to 1, a preset, options, a function, or a sampler of OpenTelemetry. @default `DO_TRACE_SAMPLE`, `OTEL_TRACES_SAMPLER`, else 1 */
  readonly sample?: SampleOption | undefined;
  /** Records spans. `false`: no provider is registered, and context still propagates. @default true, or `OTEL_SDK_DISABLED` */
  readonly enabled?: boolean | undefined;
  /** The header formats of context propagation, and the hosts and callers that they are exchanged with. @default `OTEL_PROPAGATORS`, else w3c and baggage, with every host */
  readonly propagate?: PropagateOptions | undefined;
  /** The instrumentations by name, merged over the defaults; `false` enables none. @default { http: true, fetch: true }, or `DO_TRACE_INSTRUMENT` */
  readonly instrument?: InstrumentOption | undefined;
  /** Instrumentations of OpenTelemetry. @default [] */
  readonly instrumentations?: readonly Instrumentation[] | undefined;
  /** The attributes of this process, and detectors of OpenTelemetry that find some. @default `OTEL_RESOURCE_ATTRIBUTES` */
  readonly resource?: ResourceOptions | undefined;
  /** Baggage keys whose values are copied onto every span. @default [] */
  readonly baggageAttributes?: readonly string[] | undefined;
  /** The data that must not leave the process; `false` redacts nothing. @default secrets in URLs and under well-known keys */
  readonly redact?: false | RedactOptions | undefined;
  /** Limits on the contents of a span. @default OpenTelemetry's limits, string values cut at 16384 */
  readonly limits?: LimitsOptions | undefined;
  /** Queueing, sending and retrying of ended spans. @default see `DeliveryOptions` */
  readonly delivery?: DeliveryOptions | undefined;
  /** Called with each ended span, before redaction and encoding. It may change the span; `false` drops it. @default none */
  readonly onSpanEnd?: OnSpanEnd | undefined;
  /** Whether a thrown value is an error, for every span without this option. @default every thrown value */
  readonly isError?: ((error: unknown) => boolean) | undefined;
  /** Further OpenTelemetry span processors or exporters. @default [] */
  readonly processors?: readonly ProcessorOption[] | undefined;
  /** Flush at `beforeExit`, `SIGTERM`, `SIGINT` and uncaught errors. @default true */
  readonly exitHandlers?: boolean | undefined;
  /** The destination of diagnostics: any of the methods error, warn, info and debug. A level without a method goes to the next more severe one that has a method. @default stderr, prefix `[trace]`, rate limited */
  readonly logger?: PartialLogger | undefined;
  /** The least severe level of diagnostics that is written. @default 'info', or `OTEL_LOG_LEVEL` */
  readonly logLevel?: LogLevel | undefined;
}
