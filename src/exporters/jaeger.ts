// Jaeger: OTLP on its own port, and a page for each trace.

import type { Exporter, OtlpSettings } from './exporter.js';
import { createVendorExporter } from './vendor-exporter.js';

/** Where Jaeger is. */
export interface JaegerOptions {
  /** Jaeger's OTLP/HTTP port: a host, base URL or full URL. @default `OTEL_EXPORTER_OTLP_ENDPOINT`, else 'http://localhost:4318' */
  readonly endpoint?: string | undefined;
  /** Where the pages of Jaeger begin. @default port 16686 of the same host, where `endpoint` is on port 4318 */
  readonly ui?: string | undefined;
  /** Certificates, in PEM. @default the system's */
  readonly tls?: OtlpSettings['tls'];
}

const UI_PORT = '16686';

/**
 * Sends spans to Jaeger; `trace.url()` leads to the trace.
 *
 * @param options where it is; mistakes throw a `TraceError`
 * @example
 * init({ service: 'orders', exporter: jaeger({ endpoint: 'http://jaeger:4318', ui: 'https://jaeger.example' }) });
 * @see https://www.jaegertracing.io/docs/latest/apis/
 */
export function jaeger(options: JaegerOptions = {}): Exporter {
  return createVendorExporter({
    name: 'jaeger',
    options,
    known: ['endpoint', 'ui', 'tls'],
    resolve(read, otlp) {
      const given = read.endpoint('endpoint');
      const said = read.base('ui');
      const ui = said ?? uiBeside(given ?? otlp?.endpoint);
      return {
        endpoint: given ?? otlp?.endpoint ?? 'http://localhost:4318/v1/traces',
        headers: given === undefined ? (otlp?.headers ?? {}) : {},
        tls: options.tls ?? otlp?.tls,
        url: ui === undefined ? undefined : ({ traceId }) => `${ui}/trace/${traceId}`,
        hints: ui === undefined ? {} : { jaeger: { url: ui, wasSaid: said !== undefined } },
      };
    },
  });
}

/** Jaeger's all-in-one listens on both ports; behind a proxy nothing can be guessed. */
function uiBeside(endpoint = 'http://localhost:4318'): string | undefined {
  const url = new URL(endpoint);
  if (url.protocol !== 'http:' || url.port !== '4318') return undefined;
  return `http://${url.hostname}:${UI_PORT}`;
}
