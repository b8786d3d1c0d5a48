// The options of `init()`. An option that is left out comes from the environment, then from the defaults.

import type { Attributes } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { Level, Logger } from '../core/diagnostics.js';
import type { OnSpanEnd } from '../spans/ended-span.js';
import type { ExporterName, PropagatorName } from '../core/known-names.js';
import type { SpanExporter, SpanLimits, SpanProcessor } from '../core/sdk-types.js';
import type { DeliveryOptions, Exporter } from '../exporters/exporter.js';
import type { RedactOptions } from '../redact/options.js';
import type { SampleOptions, SamplePreset } from '../sampling/options.js';

/** The identity of the service. */
export interface ServiceOptions {
  /** The service's name. @default `OTEL_SERVICE_NAME`, else package.json's name */
  readonly name?: string;
  /** The service's version. @default package.json's version */
  readonly version?: string;
  /** The group of services that it belongs to. @default none */
  readonly namespace?: string;
  /** The deployment environment: production, staging, … @default none */
  readonly environment?: string;
  /** The id of this process among those of the service. @default none */
  readonly instanceId?: string;
}

/** `'http'`, `'fetch'`, `'auto'` for everything that is installed, or the name of an installed `@opentelemetry/instrumentation-*`. */
export type InstrumentationName = 'http' | 'fetch' | 'auto' | (string & Record<never, never>);

/** One instrumentation: a name, an OpenTelemetry instrumentation, or a list of these as OpenTelemetry's own packages return it. */
export type InstrumentationOption = InstrumentationName | Instrumentation | readonly Instrumentation[];

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
  readonly service?: string | ServiceOptions;
  /** The destination of spans: a name, an exporter, or a list of them; an empty list sends nowhere. @default `TRACE_EXPORTER`, `OTEL_TRACES_EXPORTER`, else 'otlp' */
  readonly exporter?: ExporterName | Exporter | readonly (ExporterName | Exporter)[];
  /** The traces that are kept: a share from 0 to 1, a preset, or more. @default `TRACE_SAMPLE`, `OTEL_TRACES_SAMPLER`, else 1 */
  readonly sample?: number | SamplePreset | SampleOptions;
  /** The header formats of context propagation; an empty list sends and reads none. @default `OTEL_PROPAGATORS`, else ['w3c', 'baggage'] */
  readonly propagate?: readonly PropagatorName[];
  /** The modules that are instrumented: names or OpenTelemetry instrumentations; `true` for all that are installed. @default ['http', 'fetch'] */
  readonly instrument?: boolean | InstrumentationOption | readonly InstrumentationOption[];
  /** Resource attributes, which describe every span of this process. @default `OTEL_RESOURCE_ATTRIBUTES` */
  readonly attributes?: Readonly<Attributes>;
  /** Baggage keys whose values are copied onto every span. @default [] */
  readonly baggageAttributes?: readonly string[];
  /** The data that must not leave the process; `false` redacts nothing. @default secrets in URLs and under well-known keys */
  readonly redact?: false | RedactOptions;
  /** Limits on the contents of a span. @default OpenTelemetry's limits, string values cut at 16384 */
  readonly limits?: LimitsOptions;
  /** Queueing, sending and retrying of ended spans. @default see `DeliveryOptions` */
  readonly delivery?: DeliveryOptions;
  /** Further OpenTelemetry span processors or exporters. @default [] */
  readonly processors?: readonly ProcessorOption[];
  /** Called with each ended span, before redaction and encoding. It may change the span; `false` drops it. @default none */
  readonly onSpanEnd?: OnSpanEnd;
  /** Records spans. `false`: no provider is registered, and context still propagates. @default true, or `OTEL_SDK_DISABLED` */
  readonly enabled?: boolean;
  /** The least severe level of diagnostics that is written. @default 'info', or `OTEL_LOG_LEVEL` */
  readonly logLevel?: Level | 'silent';
  /** Flush at `beforeExit`, `SIGTERM`, `SIGINT` and uncaught errors. @default true */
  readonly exitHandlers?: boolean;
  /** The destination of diagnostics. @default stderr, prefix `[trace]`, rate limited */
  readonly logger?: Logger;
}
