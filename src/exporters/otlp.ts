// OTLP over HTTP: to any Collector, to Jaeger, to `npx @do/trace view`.
// As protobuf by our own delivery; as JSON by OpenTelemetry's exporter behind its batch processor.

import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { maskEndpoint, normalizeEndpoint } from '../core/endpoint.js';
import { TraceError } from '../core/errors.js';
import { showValue } from '../core/show.js';
import type { ExporterStats } from '../delivery/stats.js';
import { countedBatch } from './batch.js';
import type { Check, Exporter, ExporterContext, ExporterControls, OtlpSettings } from './exporter.js';
import { createJsonExporter } from './otlp-json.cjs';
import { probe } from './probe.js';

/** Where and how to send; what is left out comes from the `OTEL_EXPORTER_OTLP_*` variables. */
export interface OtlpOptions {
  /** A host, a base URL or the full URL. @default 'http://localhost:4318' */
  readonly endpoint?: string;
  /** Request headers besides those of the environment. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** How spans are written. @default 'http/protobuf' */
  readonly protocol?: OtlpSettings['protocol'];
  /** How request bodies are compressed. @default 'gzip' */
  readonly compression?: 'gzip' | 'none';
  /** Certificates, in PEM. @default the system's */
  readonly tls?: NonNullable<OtlpSettings['tls']>;
}

/**
 * Sends spans to an OTLP/HTTP receiver.
 *
 * @param options where and how; an endpoint that is none throws a `TraceError`
 * @example
 * init({ exporter: otlp({ endpoint: 'https://collector.example', headers: { authorization: token } }) });
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export function otlp(options: OtlpOptions = {}): Exporter {
  const given = options.endpoint === undefined ? undefined : checkedEndpoint(options.endpoint);
  let settings: OtlpSettings | undefined;
  let way: OtlpWay | undefined;

  return {
    name: 'otlp',
    get endpoint() {
      return maskEndpoint(settings?.endpoint ?? given ?? '');
    },
    processor(context) {
      settings = mergeSettings(context.otlp, options, given);
      way = settings.protocol === 'http/json' ? jsonWay(settings, context) : protobufWay(settings, context);
      return way.processor;
    },
    async check(): Promise<Check> {
      if (settings !== undefined) return probe('otlp', settings);
      return { name: 'otlp', status: 'error', message: 'not started', fix: 'Call init() first.' };
    },
    stats: () => way?.stats() ?? NOTHING_YET,
    controls: () => way?.controls,
  };
}

/** One way out: the processor in front, the numbers, and how the process's end is met. */
interface OtlpWay {
  readonly processor: SpanProcessor;
  stats(): ExporterStats;
  readonly controls?: ExporterControls;
}

function protobufWay(settings: OtlpSettings, context: ExporterContext): OtlpWay {
  const { endpoint, headers, compression, timeoutMs, tls } = settings;
  const delivery = context.deliver({
    name: 'otlp',
    endpoint: new URL(endpoint),
    headers,
    compression,
    timeoutMs,
    tls,
  });
  return { processor: delivery.processor, stats: () => delivery.stats(), controls: delivery };
}

function jsonWay(settings: OtlpSettings, context: ExporterContext): OtlpWay {
  const { endpoint, headers, compression, timeoutMs, tls } = settings;
  const exporter = createJsonExporter({
    url: endpoint,
    headers: { ...headers },
    timeoutMillis: timeoutMs,
    compression,
    ...(tls === undefined ? {} : { httpAgentOptions: { ...tls } }),
  });
  return countedBatch({ name: 'otlp', exporter, context, endpoint });
}

function mergeSettings(base: OtlpSettings, options: OtlpOptions, given: string | undefined): OtlpSettings {
  const { headers, protocol, compression, tls } = options;
  return {
    ...base,
    headers: { ...base.headers, ...headers },
    ...(given === undefined ? {} : { endpoint: given }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(compression === undefined ? {} : { compression }),
    ...(tls === undefined ? {} : { tls }),
  };
}

const NOTHING_YET: ExporterStats = {
  exporter: 'otlp',
  ended: 0,
  unsampled: 0,
  queued: 0,
  spooled: 0,
  sent: 0,
  rejected: 0,
  dropped: {},
  retries: 0,
  bytes: 0,
};

function checkedEndpoint(endpoint: unknown): string {
  const path = 'otlp.endpoint';
  if (typeof endpoint !== 'string') {
    const expected = 'a host, host:port or http(s) URL';
    throw new TraceError([{ code: 'wrong_type', path, expected, received: showValue(endpoint) }]);
  }
  const { url, problems } = normalizeEndpoint(endpoint, path);
  const [first, ...rest] = problems;
  if (first !== undefined) throw new TraceError([first, ...rest]);
  return url ?? endpoint;
}
