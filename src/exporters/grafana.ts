// Grafana: the OTLP gateway of Grafana Cloud, or a Tempo of one's own.

import type { Exporter, OtlpSettings, SpanIds } from './exporter.js';
import { createSpanLimiter } from './span-limiter.js';
import { createVendorExporter } from './vendor-exporter.js';
import type { Setting, VendorSettings } from './vendor-settings.js';

/** Which stack of Grafana Cloud, or which Tempo. */
export interface GrafanaOptions {
  /** The number of the stack in Grafana Cloud. @default `GRAFANA_CLOUD_INSTANCE_ID` */
  readonly instanceId?: string | undefined;
  /** A Cloud access policy token that may write traces. @default `GRAFANA_CLOUD_API_KEY` */
  readonly token?: string | undefined;
  /** The zone of the stack: `prod-eu-west-2`. @default `GRAFANA_CLOUD_ZONE` */
  readonly zone?: string | undefined;
  /** Another place: a Tempo, or the gateway's full address. @default `GRAFANA_CLOUD_OTLP_ENDPOINT`, else the zone's gateway */
  readonly endpoint?: string | undefined;
  /** The tenant of a Tempo with several. @default none */
  readonly tenant?: string | undefined;
  /** Where Grafana's pages begin, for `trace.url()`; with `datasource`. @default none */
  readonly ui?: string | undefined;
  /** The uid of the Tempo data source in Grafana, for `trace.url()`. @default none */
  readonly datasource?: string | undefined;
  /** Certificates, in PEM. @default the system's */
  readonly tls?: OtlpSettings['tls'];
}

const LOCAL_TEMPO = 'http://localhost:4318/v1/traces';
const KNOWN = ['instanceId', 'token', 'zone', 'endpoint', 'tenant', 'ui', 'datasource', 'tls'];
const INSTANCE = { pattern: /^\d+$/, expected: 'the number of the stack' };
const ZONE = /^[a-z0-9]+(?:-[a-z0-9]+)+$/;

/** Tempo cuts longer texts without a word. https://grafana.com/docs/tempo/latest/troubleshooting/out-of-memory-errors/ */
const shape = createSpanLimiter({ maxValueLength: 2_048, maxKeyLength: 2_048, unit: 'bytes' });

/**
 * Sends spans to Grafana Cloud, where a stack and a token are given, or to a Tempo.
 *
 * @param options which; mistakes throw a `TraceError`
 * @example
 * init({ service: 'orders', exporter: grafana({ instanceId: '123456', token, zone: 'prod-eu-west-2' }) });
 * @see https://grafana.com/docs/grafana-cloud/send-data/otlp/send-data-otlp/
 * @see https://grafana.com/docs/tempo/latest/api_docs/#ingest
 */
export function grafana(options: GrafanaOptions = {}): Exporter {
  return createVendorExporter({
    name: 'grafana',
    options,
    known: KNOWN,
    shape,
    resolve(read) {
      const instance = read.key(INSTANCE, 'instanceId', 'GRAFANA_CLOUD_INSTANCE_ID');
      const token = read.key(undefined, 'token', 'GRAFANA_CLOUD_API_KEY', 'GRAFANA_CLOUD_API_TOKEN');
      const isCloud = instance !== undefined || token !== undefined;
      if (isCloud && instance === undefined) {
        return read.missing('instanceId', 'GRAFANA_CLOUD_INSTANCE_ID', 'the number of the stack');
      }
      if (isCloud && token === undefined) return read.missing('token', 'GRAFANA_CLOUD_API_KEY', 'a token');
      const given = read.endpoint('endpoint', 'GRAFANA_CLOUD_OTLP_ENDPOINT');
      const gateway = gatewayOf(read);
      if (read.reason === undefined && isCloud && given === undefined && gateway === undefined) {
        return read.missing('zone', 'GRAFANA_CLOUD_ZONE', 'the zone of the stack');
      }
      const tenant = read.key(undefined, 'tenant');
      return {
        endpoint: given ?? (isCloud ? gateway : undefined) ?? LOCAL_TEMPO,
        headers: {
          ...(instance === undefined || token === undefined ? {} : { authorization: basic(instance, token) }),
          ...(tenant === undefined ? {} : { 'x-scope-orgid': tenant.value }),
        },
        tls: options.tls,
        hints: {
          keySetting: 'GRAFANA_CLOUD_INSTANCE_ID and GRAFANA_CLOUD_API_KEY, or grafana({ instanceId, token })',
        },
        url: explore(read.base('ui'), read.text('datasource')?.value),
      };
    },
  });
}

function basic(instance: Setting, token: Setting): string {
  return `Basic ${Buffer.from(`${instance.value}:${token.value}`).toString('base64')}`;
}

/** The gateway of a zone. Zones come and go, so that only their form is checked. */
function gatewayOf(read: VendorSettings): string | undefined {
  const zone = read.text('zone', 'GRAFANA_CLOUD_ZONE');
  if (zone === undefined) return undefined;
  if (ZONE.test(zone.value)) return `https://otlp-gateway-${zone.value}.grafana.net/otlp/v1/traces`;
  const received = JSON.stringify(zone.value.slice(0, 60));
  return read.refuse('unknown_region', zone.path, 'a zone such as prod-eu-west-2', received);
}

/** Explore with the trace in it. https://grafana.com/docs/grafana/latest/explore/get-started-with-explore/ */
function explore(
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
