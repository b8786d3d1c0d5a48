// Elastic: an APM Server, or the managed OTLP endpoint of Elastic Cloud.

import type { Exporter, TlsOptions } from './exporter.js';
import { anyString, tlsValidator } from './option-validation.js';
import { createVendorExporter, type VendorOptions } from './vendor-exporter.js';

/** The endpoint of Elastic, and the credentials for it. */
export interface ElasticOptions extends VendorOptions {
  /** The managed OTLP endpoint, or an APM Server. @default `ELASTIC_OTLP_ENDPOINT`, `ELASTIC_APM_SERVER_URL`, else 'http://localhost:8200' */
  readonly endpoint?: string | undefined;
  /** An API key, in the encoded form that Elastic shows when the key is created. @default `ELASTIC_API_KEY`, `ELASTIC_APM_API_KEY` */
  readonly apiKey?: string | undefined;
  /** The secret token of an APM Server, used if there is no key. @default `ELASTIC_APM_SECRET_TOKEN` */
  readonly secretToken?: string | undefined;
  /** Certificates, in PEM or as paths of files. @default the system's */
  readonly tls?: TlsOptions | undefined;
}

const LOCAL_SERVER = 'http://localhost:8200/v1/traces';
const ENDPOINT_VARIABLES = ['ELASTIC_OTLP_ENDPOINT', 'ELASTIC_APM_SERVER_URL'];

/**
 * Sends spans to Elastic.
 *
 * @param options the endpoint and the credentials
 * @throws TraceError with every mistake in the options
 * @example
 * init({ service: 'orders', exporter: elastic({ endpoint: 'https://apm.example:8200', secretToken: token }) });
 * @see https://www.elastic.co/docs/reference/opentelemetry/motlp
 * @see https://www.elastic.co/docs/solutions/observability/apm/use-opentelemetry-with-apm
 */
export function elastic(options: ElasticOptions = {}): Exporter {
  return createVendorExporter<ElasticOptions>({
    name: 'elastic',
    options,
    fields: { endpoint: anyString, apiKey: anyString, secretToken: anyString, tls: tlsValidator },
    resolve(settings) {
      const key = settings.readKey(undefined, 'apiKey', 'ELASTIC_API_KEY', 'ELASTIC_APM_API_KEY');
      const token = settings.readKey(undefined, 'secretToken', 'ELASTIC_APM_SECRET_TOKEN');
      const endpoint = settings.readEndpoint('endpoint', ...ENDPOINT_VARIABLES) ?? LOCAL_SERVER;
      if (key?.isFromCode && token?.isFromCode) {
        const expected = 'an apiKey or a secretToken';
        settings.addProblem('conflicting_settings', 'elastic.secretToken', expected, 'both');
      }
      // An option has priority over a variable, then a key over a token, as in Elastic's own agents.
      const usesToken = token !== undefined && (key === undefined || (token.isFromCode && !key.isFromCode));
      const authorization = usesToken ? `Bearer ${token.value}` : key && `ApiKey ${key.value}`;
      return {
        endpoint,
        headers: authorization === undefined ? {} : { authorization },
        tls: options.tls,
        hints: { keySetting: 'ELASTIC_API_KEY or ELASTIC_APM_SECRET_TOKEN, or elastic({ apiKey })' },
      };
    },
  });
}
