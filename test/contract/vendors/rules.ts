// The rules of the vendors' documentation for a request with spans, and the documented responses. Each has its page.

/** A page of documentation. */
type Page = `https://${string}`;

/** One rule for a request. */
export type Rule =
  | { readonly of: 'path'; readonly is: string; readonly page: Page }
  | {
      readonly of: 'header';
      readonly name: string;
      readonly is: RegExp;
      readonly status: number;
      readonly page: Page;
    }
  | { readonly of: 'encoding'; readonly is: readonly string[]; readonly page: Page }
  | {
      readonly of: 'body';
      readonly maxBytes: number;
      readonly counted: 'compressed' | 'uncompressed';
      readonly page: Page;
    }
  | {
      readonly of: 'span';
      readonly maxAttributes?: number;
      readonly maxKey?: number;
      readonly maxValue?: number;
      readonly maxArray?: number;
      readonly unit: 'characters' | 'bytes';
      readonly page: Page;
    };

/** A vendor. */
export interface Vendor {
  readonly name: string;
  /** A key of the documented format, and one that the vendor does not know. */
  readonly key: string;
  readonly wrongKey: string;
  /** The header of the key, and its value. */
  readonly keyHeader?: { readonly name: string; readonly value: (key: string) => string };
  readonly rules: readonly Rule[];
  readonly responses: {
    readonly good: { readonly status: 200 | 202; readonly page: Page };
    readonly badKey?: { readonly status: 401 | 403; readonly page: Page };
    /** With `retryAfter` if the documentation has the header. */
    readonly throttled: { readonly status: 429 | 503; readonly retryAfter?: string; readonly page: Page };
    readonly tooLarge: { readonly status: 413; readonly page: Page };
  };
}

const OTLP: Page = 'https://opentelemetry.io/docs/specs/otlp/#otlphttp';
const THROTTLING: Page = 'https://opentelemetry.io/docs/specs/otlp/#otlphttp-throttling';
const PROTOBUF: Rule = {
  of: 'header',
  name: 'content-type',
  is: /^application\/x-protobuf$/,
  status: 415,
  page: 'https://opentelemetry.io/docs/specs/otlp/#binary-protobuf-encoding',
};
const GZIP: Rule = { of: 'encoding', is: ['identity', 'gzip'], page: OTLP };
const V1_TRACES: Rule = {
  of: 'path',
  is: '/v1/traces',
  page: 'https://opentelemetry.io/docs/specs/otlp/#otlphttp-request',
};

const JAEGER_API: Page = 'https://www.jaegertracing.io/docs/latest/apis/';
const DATADOG_OTLP: Page = 'https://docs.datadoghq.com/opentelemetry/setup/otlp_ingest/traces/';
const DATADOG_AGENT: Page = 'https://docs.datadoghq.com/opentelemetry/setup/otlp_ingest_in_the_agent/';
const DATADOG_VOLUME: Page = 'https://docs.datadoghq.com/tracing/troubleshooting/#data-volume-guidelines';
const HONEYCOMB_KEYS: Page = 'https://docs.honeycomb.io/api/authentication';
const HONEYCOMB_EVENTS: Page = 'https://docs.honeycomb.io/api/events/create-an-event';
const HONEYCOMB_OTLP: Page = 'https://docs.honeycomb.io/send-data/opentelemetry/';
const NEW_RELIC_OTLP: Page =
  'https://docs.newrelic.com/docs/opentelemetry/best-practices/opentelemetry-otlp/';
const NEW_RELIC_ATTRIBUTES: Page =
  'https://docs.newrelic.com/docs/opentelemetry/best-practices/opentelemetry-otlp/#attribute-limits';
const NEW_RELIC_TROUBLE: Page =
  'https://docs.newrelic.com/docs/opentelemetry/best-practices/opentelemetry-otlp-troubleshooting';
const ELASTIC_OTLP: Page = 'https://www.elastic.co/docs/reference/opentelemetry/motlp';
const ELASTIC_TROUBLE: Page = 'https://www.elastic.co/docs/reference/opentelemetry/motlp/troubleshooting';
const ELASTIC_429: Page = 'https://www.elastic.co/docs/troubleshoot/ingest/opentelemetry/429-errors-motlp';
const ELASTIC_APM: Page = 'https://www.elastic.co/guide/en/observability/current/apm-api-otlp.html';
const GRAFANA_OTLP: Page = 'https://grafana.com/docs/grafana-cloud/send-data/otlp/send-data-otlp/';
const TEMPO_API: Page = 'https://grafana.com/docs/tempo/latest/api_docs/#ingest';
const TEMPO_ATTRIBUTES: Page = 'https://grafana.com/docs/tempo/latest/troubleshooting/out-of-memory-errors/';
const TEMPO_RATE: Page = 'https://grafana.com/docs/tempo/latest/operations/manage-trace-ingestion/';

const INGEST_KEY = `hcaik_${'0123456789abcdefghijklmnopqrstuv'.repeat(2).slice(0, 58)}`;

/** The vendors under test. */
export const VENDORS = {
  jaeger: {
    name: 'jaeger',
    key: '',
    wrongKey: '',
    rules: [{ ...V1_TRACES, page: JAEGER_API }, PROTOBUF, GZIP],
    responses: {
      good: { status: 200, page: OTLP },
      throttled: { status: 503, retryAfter: '2', page: THROTTLING },
      tooLarge: { status: 413, page: OTLP },
    },
  },
  datadogAgent: {
    name: 'datadog (Agent)',
    key: '',
    wrongKey: '',
    rules: [
      { ...V1_TRACES, page: DATADOG_AGENT },
      PROTOBUF,
      GZIP,
      {
        of: 'span',
        maxAttributes: 1_024,
        maxKey: 200,
        maxValue: 25_000,
        unit: 'characters',
        page: DATADOG_VOLUME,
      },
    ],
    responses: {
      good: { status: 200, page: OTLP },
      throttled: { status: 503, page: THROTTLING },
      tooLarge: { status: 413, page: OTLP },
    },
  },
  datadog: {
    name: 'datadog (intake)',
    key: '0123456789abcdef0123456789abcdef',
    wrongKey: 'ffffffffffffffffffffffffffffffff',
    keyHeader: { name: 'dd-api-key', value: key => key },
    rules: [
      { ...V1_TRACES, page: DATADOG_OTLP },
      { ...PROTOBUF, page: DATADOG_OTLP },
      GZIP,
      { of: 'header', name: 'dd-api-key', is: /^[0-9a-f]{32}$/, status: 403, page: DATADOG_OTLP },
      { of: 'header', name: 'compute_stats', is: /^true$/, status: 400, page: DATADOG_OTLP },
      { of: 'body', maxBytes: 3_200_000, counted: 'uncompressed', page: DATADOG_OTLP },
      {
        of: 'span',
        maxAttributes: 1_024,
        maxKey: 200,
        maxValue: 25_000,
        unit: 'characters',
        page: DATADOG_VOLUME,
      },
    ],
    responses: {
      good: { status: 202, page: DATADOG_OTLP },
      badKey: { status: 403, page: DATADOG_OTLP },
      throttled: { status: 429, page: THROTTLING },
      tooLarge: { status: 413, page: DATADOG_OTLP },
    },
  },
  honeycomb: {
    name: 'honeycomb',
    key: INGEST_KEY,
    wrongKey: INGEST_KEY.replace('0', '1'),
    keyHeader: { name: 'x-honeycomb-team', value: key => key },
    rules: [
      { ...V1_TRACES, page: HONEYCOMB_OTLP },
      PROTOBUF,
      GZIP,
      {
        of: 'header',
        name: 'x-honeycomb-team',
        is: /^hc[a-z]ik_[0-9a-z]{58}$/,
        status: 401,
        page: HONEYCOMB_KEYS,
      },
      { of: 'header', name: 'x-honeycomb-dataset', is: /^$/, status: 400, page: HONEYCOMB_OTLP },
      { of: 'body', maxBytes: 1_000_000, counted: 'compressed', page: HONEYCOMB_EVENTS },
      { of: 'span', maxAttributes: 2_000, maxValue: 65_536, unit: 'bytes', page: HONEYCOMB_EVENTS },
    ],
    responses: {
      good: { status: 200, page: OTLP },
      badKey: { status: 401, page: HONEYCOMB_EVENTS },
      // Throttled events have no Retry-After.
      throttled: { status: 429, page: 'https://docs.honeycomb.io/api/rate-limit' },
      tooLarge: { status: 413, page: OTLP },
    },
  },
  honeycombClassic: {
    name: 'honeycomb (classic)',
    key: '0123456789abcdef0123456789abcdef',
    wrongKey: 'ffffffffffffffffffffffffffffffff',
    keyHeader: { name: 'x-honeycomb-team', value: key => key },
    rules: [
      { ...V1_TRACES, page: HONEYCOMB_OTLP },
      PROTOBUF,
      GZIP,
      { of: 'header', name: 'x-honeycomb-team', is: /^[0-9a-f]{32}$/, status: 401, page: HONEYCOMB_KEYS },
      { of: 'header', name: 'x-honeycomb-dataset', is: /^shop$/, status: 400, page: HONEYCOMB_OTLP },
      { of: 'body', maxBytes: 1_000_000, counted: 'compressed', page: HONEYCOMB_EVENTS },
      { of: 'span', maxAttributes: 2_000, maxValue: 65_536, unit: 'bytes', page: HONEYCOMB_EVENTS },
    ],
    responses: {
      good: { status: 200, page: OTLP },
      badKey: { status: 401, page: HONEYCOMB_EVENTS },
      throttled: { status: 429, page: 'https://docs.honeycomb.io/api/rate-limit' },
      tooLarge: { status: 413, page: OTLP },
    },
  },
  newRelic: {
    name: 'new-relic',
    key: '0123456789abcdef0123456789abcdef0123NRAL',
    wrongKey: 'eu01xxaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaNRAL',
    keyHeader: { name: 'api-key', value: key => key },
    rules: [
      { ...V1_TRACES, page: NEW_RELIC_OTLP },
      { ...PROTOBUF, page: NEW_RELIC_OTLP },
      { ...GZIP, page: NEW_RELIC_OTLP },
      { of: 'header', name: 'api-key', is: /^[0-9A-Za-z]{40}$/, status: 401, page: NEW_RELIC_OTLP },
      { of: 'body', maxBytes: 1_000_000, counted: 'compressed', page: NEW_RELIC_OTLP },
      {
        of: 'span',
        maxAttributes: 255,
        maxKey: 255,
        maxValue: 4_095,
        maxArray: 64,
        unit: 'characters',
        page: NEW_RELIC_ATTRIBUTES,
      },
    ],
    responses: {
      good: { status: 200, page: NEW_RELIC_OTLP },
      badKey: { status: 403, page: NEW_RELIC_TROUBLE },
      throttled: { status: 429, retryAfter: '3', page: THROTTLING },
      tooLarge: { status: 413, page: OTLP },
    },
  },
  elastic: {
    name: 'elastic (managed)',
    key: 'bXlJZDpteUtleVdpdGhBbGxJdHNDaGFyYWN0ZXJz',
    wrongKey: 'bXlJZDphbm90aGVyS2V5RW50aXJlbHlPdGhlcndp',
    keyHeader: { name: 'authorization', value: key => `ApiKey ${key}` },
    rules: [
      { ...V1_TRACES, page: ELASTIC_OTLP },
      PROTOBUF,
      GZIP,
      { of: 'header', name: 'authorization', is: /^ApiKey \S+$/, status: 401, page: ELASTIC_TROUBLE },
    ],
    responses: {
      good: { status: 200, page: OTLP },
      badKey: { status: 401, page: ELASTIC_TROUBLE },
      throttled: { status: 429, page: ELASTIC_429 },
      tooLarge: { status: 413, page: ELASTIC_TROUBLE },
    },
  },
  elasticServer: {
    name: 'elastic (APM Server)',
    key: 'a-secret-token-of-the-server',
    wrongKey: 'another-token-of-another-one',
    keyHeader: { name: 'authorization', value: key => `Bearer ${key}` },
    rules: [
      { ...V1_TRACES, page: ELASTIC_APM },
      { ...PROTOBUF, page: ELASTIC_APM },
      GZIP,
      {
        of: 'header',
        name: 'authorization',
        is: /^Bearer \S+$/,
        status: 401,
        page: 'https://www.elastic.co/docs/solutions/observability/apm/secret-token',
      },
    ],
    responses: {
      good: { status: 200, page: OTLP },
      badKey: { status: 401, page: 'https://www.elastic.co/docs/solutions/observability/apm/secret-token' },
      throttled: { status: 503, page: THROTTLING },
      tooLarge: { status: 413, page: OTLP },
    },
  },
  grafanaCloud: {
    name: 'grafana (Cloud)',
    key: 'glc_eyJvIjoiMTIzNDU2IiwibiI6InRyYWNlcyJ9',
    wrongKey: 'glc_eyJvIjoiNjU0MzIxIiwibiI6Im90aGVycyJ9',
    keyHeader: {
      name: 'authorization',
      value: key => `Basic ${Buffer.from(`123456:${key}`).toString('base64')}`,
    },
    rules: [
      { of: 'path', is: '/otlp/v1/traces', page: GRAFANA_OTLP },
      PROTOBUF,
      GZIP,
      { of: 'header', name: 'authorization', is: /^Basic [\w+/]+=*$/, status: 401, page: GRAFANA_OTLP },
      { of: 'span', maxKey: 2_048, maxValue: 2_048, unit: 'bytes', page: TEMPO_ATTRIBUTES },
    ],
    responses: {
      good: { status: 200, page: OTLP },
      badKey: { status: 401, page: GRAFANA_OTLP },
      throttled: { status: 429, retryAfter: '1', page: TEMPO_RATE },
      tooLarge: { status: 413, page: OTLP },
    },
  },
  tempo: {
    name: 'grafana (Tempo)',
    key: '',
    wrongKey: '',
    rules: [
      { ...V1_TRACES, page: TEMPO_API },
      PROTOBUF,
      GZIP,
      { of: 'header', name: 'x-scope-orgid', is: /^shop$/, status: 401, page: TEMPO_API },
      { of: 'span', maxKey: 2_048, maxValue: 2_048, unit: 'bytes', page: TEMPO_ATTRIBUTES },
    ],
    responses: {
      good: { status: 200, page: OTLP },
      throttled: { status: 429, page: TEMPO_RATE },
      tooLarge: { status: 413, page: OTLP },
    },
  },
} as const satisfies Readonly<Record<string, Vendor>>;
