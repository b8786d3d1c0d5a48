// OTLP over HTTP: to any Collector, to Jaeger, to `npx @do/trace view`.

import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { maskEndpoint, normalizeEndpoint } from '../core/endpoint.js';
import { TraceError } from '../core/errors.js';
import { showValue } from '../core/show.js';
import { type CountedBatch, countedBatch } from './batch.js';
import type { Check, Exporter, OtlpSettings } from './exporter.js';
import { probe } from './probe.js';

/** Where and how to send; what is left out comes from the `OTEL_EXPORTER_OTLP_*` variables. */
export interface OtlpOptions {
  /** A host, a base URL or the full URL. @default 'http://localhost:4318' */
  readonly endpoint?: string;
  /** Request headers besides those of the environment. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
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
  let batch: CountedBatch | undefined;

  return {
    name: 'otlp',
    get endpoint() {
      return maskEndpoint(settings?.endpoint ?? given ?? '');
    },
    processor(context) {
      settings = {
        ...context.otlp,
        headers: { ...context.otlp.headers, ...options.headers },
        ...(given === undefined ? {} : { endpoint: given }),
        ...(options.compression === undefined ? {} : { compression: options.compression }),
        ...(options.tls === undefined ? {} : { tls: options.tls }),
      };
      const exporter = new OTLPTraceExporter({
        url: settings.endpoint,
        headers: { ...settings.headers },
        timeoutMillis: settings.timeoutMs,
        // The same two words as OpenTelemetry's enum, which its entry file exports as a type only.
        compression: settings.compression as NonNullable<
          ConstructorParameters<typeof OTLPTraceExporter>[0]
        >['compression'] &
          string,
        ...(settings.tls === undefined ? {} : { httpAgentOptions: { ...settings.tls } }),
      });
      batch = countedBatch({ name: 'otlp', exporter, context, endpoint: settings.endpoint });
      return batch.processor;
    },
    async check(): Promise<Check> {
      if (settings !== undefined) return probe('otlp', settings);
      return { name: 'otlp', status: 'error', message: 'not started', fix: 'Call init() first.' };
    },
    stats: () => batch?.stats() ?? EMPTY,
  };
}

const EMPTY = {
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
} as const;

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
