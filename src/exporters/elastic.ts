// Elastic: an APM Server, or the managed OTLP endpoint of Elastic Cloud.

import type { Exporter, OtlpSettings } from './exporter.js';
import { createVendorExporter } from './vendor-exporter.js';

/** Where Elastic takes spans, and with which right. */
export interface ElasticOptions {
  /** The managed OTLP endpoint, or an APM Server. @default `ELASTIC_OTLP_ENDPOINT`, `ELASTIC_APM_SERVER_URL`, else 'http://localhost:8200' */
  readonly endpoint?: string | undefined;
  /** An API key, in the encoded form that is shown when it is made. @default `ELASTIC_API_KEY`, `ELASTIC_APM_API_KEY` */
  readonly apiKey?: string | undefined;
  /** An APM Server's secret token; goes before nothing else than no key. @default `ELASTIC_APM_SECRET_TOKEN` */
  readonly secretToken?: string | undefined;
  /** Certificates, in PEM. @default the system's */
  readonly tls?: OtlpSettings['tls'];
}

const LOCAL_SERVER = 'http://localhost:8200/v1/traces';
const ENDPOINTS = ['ELASTIC_OTLP_ENDPOINT', 'ELASTIC_APM_SERVER_URL'];

/**
 * Sends spans to Elastic.
 *
 * @param options where, and with which right; mistakes throw a `TraceError`
 * @example
 * init({ service: 'orders', exporter: elastic({ endpoint: 'https://apm.example:8200', secretToken: token }) });
 * @see https://www.elastic.co/docs/reference/opentelemetry/motlp
 * @see https://www.elastic.co/docs/solutions/observability/apm/use-opentelemetry-with-apm
 */
export function elastic(options: ElasticOptions = {}): Exporter {
  return createVendorExporter({
    name: 'elastic',
    options,
    known: ['endpoint', 'apiKey', 'secretToken', 'tls'],
    resolve(read) {
      const key = read.key(undefined, 'apiKey', 'ELASTIC_API_KEY', 'ELASTIC_APM_API_KEY');
      const token = read.key(undefined, 'secretToken', 'ELASTIC_APM_SECRET_TOKEN');
      const endpoint = read.endpoint('endpoint', ...ENDPOINTS) ?? LOCAL_SERVER;
      if (key?.isFromCode && token?.isFromCode) {
        read.note('conflicting_settings', 'elastic.secretToken', 'an apiKey or a secretToken', 'both');
      }
      // What is written in code goes before the environment; then the key, as Elastic's own agents have it.
      const useToken = token !== undefined && (key === undefined || (token.isFromCode && !key.isFromCode));
      const authorization = useToken ? `Bearer ${token.value}` : key && `ApiKey ${key.value}`;
      return {
        endpoint,
        headers: authorization === undefined ? {} : { authorization },
        tls: options.tls,
        hints: { keySetting: 'ELASTIC_API_KEY or ELASTIC_APM_SECRET_TOKEN, or elastic({ apiKey })' },
      };
    },
  });
}
