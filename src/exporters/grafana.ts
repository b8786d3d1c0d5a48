// Grafana: the OTLP gateway of Grafana Cloud, or a Tempo server.

import type { Exporter, SpanIds, TlsOptions } from './exporter.js';
import { anyString, tlsValidator } from './option-validation.js';
import { createSpanLimiter } from './span-limiter.js';
import { createVendorExporter, type VendorOptions } from './vendor-exporter.js';
import type { Setting, VendorSettings } from './vendor-settings.js';

/** A stack of Grafana Cloud, or a Tempo server. */
export interface GrafanaOptions extends VendorOptions {
  /** The number of the stack in Grafana Cloud. @default `GRAFANA_CLOUD_INSTANCE_ID` */
  readonly instanceId?: string | undefined;
  /** A Cloud access policy token with the permission to write traces. @default `GRAFANA_CLOUD_API_KEY`, `GRAFANA_CLOUD_API_TOKEN` */
  readonly token?: string | undefined;
  /** The zone of the stack: `prod-eu-west-2`. @default `GRAFANA_CLOUD_ZONE` */
  readonly zone?: string | undefined;
  /** A Tempo server, or the full URL of a gateway. @default `GRAFANA_CLOUD_OTLP_ENDPOINT`, else the gateway of the zone */
  readonly endpoint?: string | undefined;
  /** The tenant, for a Tempo server with several tenants. @default none */
  readonly tenant?: string | undefined;
  /** The base URL of Grafana, for `trace.url()` together with `datasource`. @default none */
  readonly ui?: string | undefined;
  /** The uid of the Tempo data source in Grafana, for `trace.url()`. @default none */
  readonly datasource?: string | undefined;
  /** Certificates, in PEM or as paths of files. @default the system's */
  readonly tls?: TlsOptions | undefined;
}

const LOCAL_TEMPO = 'http://localhost:4318/v1/traces';
const INSTANCE_FORMAT = { pattern: /^\d+$/, expected: 'the number of the stack' };
const ZONE = /^[a-z0-9]+(?:-[a-z0-9]+)+$/;
const MAX_SHOWN_ZONE = 60;

/** Tempo truncates longer text without a mark. https://grafana.com/docs/tempo/latest/troubleshooting/out-of-memory-errors/ */
const shape = createSpanLimiter({ maxValueLength: 2_048, maxKeyLength: 2_048, unit: 'bytes' });

/**
 * Sends spans to Grafana Cloud if a stack and a token are given, else to a Tempo server.
 *
 * @param options the stack or the server
 * @throws TraceError with every mistake in the options
 * @example
 * init({ service: 'orders', exporter: grafana({ instanceId: '123456', token, zone: 'prod-eu-west-2' }) });
 * @see https://grafana.com/docs/grafana-cloud/send-data/otlp/send-data-otlp/
 * @see https://grafana.com/docs/tempo/latest/api_docs/#ingest
 */
export function grafana(options: GrafanaOptions = {}): Exporter {
  return createVendorExporter<GrafanaOptions>({
    name: 'grafana',
    options,
    fields: {
      instanceId: anyString,
      token: anyString,
      zone: anyString,
      endpoint: anyString,
      tenant: anyString,
      ui: anyString,
      datasource: anyString,
      tls: tlsValidator,
    },
    shape,
    resolve(settings) {
      const instance = settings.readKey(INSTANCE_FORMAT, 'instanceId', 'GRAFANA_CLOUD_INSTANCE_ID');
      const token = settings.readKey(undefined, 'token', 'GRAFANA_CLOUD_API_KEY', 'GRAFANA_CLOUD_API_TOKEN');
      const isCloud = instance !== undefined || token !== undefined;
      if (isCloud && instance === undefined) {
        return settings.addMissing('instanceId', 'GRAFANA_CLOUD_INSTANCE_ID', 'the number of the stack');
      }
      if (isCloud && token === undefined) {
        return settings.addMissing('token', 'GRAFANA_CLOUD_API_KEY', 'a token');
      }
      const endpoint = settings.readEndpoint('endpoint', 'GRAFANA_CLOUD_OTLP_ENDPOINT');
      const gateway = readGateway(settings);
      if (settings.fatalProblem === undefined && isCloud && endpoint === undefined && gateway === undefined) {
        return settings.addMissing('zone', 'GRAFANA_CLOUD_ZONE', 'the zone of the stack');
      }
      const tenant = settings.readKey(undefined, 'tenant');
      return {
        endpoint: endpoint ?? (isCloud ? gateway : undefined) ?? LOCAL_TEMPO,
        headers: {
          ...(instance === undefined || token === undefined
            ? {}
            : { authorization: encodeBasicCredentials(instance, token) }),
          ...(tenant === undefined ? {} : { 'x-scope-orgid': tenant.value }),
        },
        tls: options.tls,
        hints: {
          keySetting:
            'GRAFANA_CLOUD_INSTANCE_ID and GRAFANA_CLOUD_API_KEY, or grafana({ instanceId, token })',
        },
        url: createExploreUrl(settings.readBaseUrl('ui'), settings.readText('datasource')?.value),
      };
    },
  });
}

function encodeBasicCredentials(instance: Setting, token: Setting): string {
  return `Basic ${Buffer.from(`${instance.value}:${token.value}`).toString('base64')}`;
}

/** The gateway of the zone. Grafana adds zones, so only the format is checked. */
function readGateway(settings: VendorSettings): string | undefined {
  const zone = settings.readText('zone', 'GRAFANA_CLOUD_ZONE');
  if (zone === undefined) return undefined;
  if (ZONE.test(zone.value)) return `https://otlp-gateway-${zone.value}.grafana.net/otlp/v1/traces`;
  const received = JSON.stringify(zone.value.slice(0, MAX_SHOWN_ZONE));
  return settings.addFatalProblem('unknown_region', zone.path, 'a zone such as prod-eu-west-2', received);
}

/** The Explore page of Grafana with the trace. https://grafana.com/docs/grafana/latest/explore/get-started-with-explore/ */
function createExploreUrl(
  ui: string | undefined,
  datasource: string | undefined,
): ((ids: SpanIds) => string) | undefined {
  if (ui === undefined || datasource === undefined) return undefined;
  return ({ traceId }) => {
    const source = { type: 'tempo', uid: datasource };
    const query = { refId: 'A', datasource: source, queryType: 'traceql', query: traceId };
    const panes = { trace: { datasource, queries: [query], range: { from: 'now-1h', to: 'now' } } };
    return `${ui}/explore?schemaVersion=1&panes=${encodeURIComponent(JSON.stringify(panes))}`;
  };
}
