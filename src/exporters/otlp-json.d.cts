import type { SpanExporter } from '@opentelemetry/sdk-trace-base';

/** What `OTLPTraceExporter` takes, as far as it is used here. */
export interface JsonExporterConfig {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly timeoutMillis: number;
  readonly compression: 'gzip' | 'none';
  readonly httpAgentOptions?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** Loads and makes OpenTelemetry's OTLP/JSON exporter. */
export function createJsonExporter(config: JsonExporterConfig): SpanExporter;
