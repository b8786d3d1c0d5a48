// Jaeger: OTLP at its port 4318, and a page for each trace.

import type { Exporter, TlsOptions } from './exporter.js';
import { anyString, tlsValidator } from './option-validation.js';
import { createVendorExporter, type VendorOptions } from './vendor-exporter.js';

/** The address of Jaeger. */
export interface JaegerOptions extends VendorOptions {
  /** Jaeger's OTLP/HTTP port: a host, base URL or full URL. @default `OTEL_EXPORTER_OTLP_ENDPOINT`, else 'http://localhost:4318' */
  readonly endpoint?: string | undefined;
  /** The base URL of Jaeger's UI, for `trace.url()`. @default port 16686 of the endpoint's host if the endpoint has port 4318 */
  readonly ui?: string | undefined;
  /** Certificates, in PEM or as paths of files. @default the system's */
  readonly tls?: TlsOptions | undefined;
}

const UI_PORT = '16686';

/**
 * Sends spans to Jaeger. `trace.url()` returns the page of the trace.
 *
 * @param options the address
 * @throws TraceError with every mistake in the options
 * @example
 * init({ service: 'orders', exporter: jaeger({ endpoint: 'http://jaeger:4318', ui: 'https://jaeger.example' }) });
 * @see https://www.jaegertracing.io/docs/latest/apis/
 */
export function jaeger(options: JaegerOptions = {}): Exporter {
  return createVendorExporter<JaegerOptions>({
    name: 'jaeger',
    options,
    fields: { endpoint: anyString, ui: anyString, tls: tlsValidator },
    resolve(settings, otlp) {
      const given = settings.readEndpoint('endpoint');
      const endpoint = given ?? otlp?.endpoint ?? 'http://localhost:4318/v1/traces';
      const configured = settings.readBaseUrl('ui');
      const ui = configured ?? guessUi(endpoint);
      return {
        endpoint,
        headers: given === undefined ? (otlp?.headers ?? {}) : {},
        tls: options.tls ?? otlp?.tls,
        url: ui === undefined ? undefined : ({ traceId }) => `${ui}/trace/${traceId}`,
        hints: ui === undefined ? {} : { jaeger: { url: ui, isConfigured: configured !== undefined } },
      };
    },
  });
}

/** Jaeger's all-in-one image listens at both ports. Behind a proxy the UI cannot be guessed. */
function guessUi(endpoint: string): string | undefined {
  const url = new URL(endpoint);
  if (url.protocol !== 'http:' || url.port !== '4318') return undefined;
  return `http://${url.hostname}:${UI_PORT}`;
}
