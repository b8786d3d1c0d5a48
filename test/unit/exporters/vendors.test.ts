import { createTraceState, TraceFlags } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { isTraceError } from '../../../src/core/errors.js';
import type { ProblemCode } from '../../../src/core/problem-codes.js';
import type { DestinationOptions } from '../../../src/delivery/index.js';
import { exporterByName } from '../../../src/exporters/by-name.js';
import type { Exporter } from '../../../src/exporters/exporter.js';
import { datadog, elastic, grafana, honeycomb, jaeger, newRelic } from '../../../src/exporters/index.js';
import { exporterContext, type TestContextOptions } from '../../support/exporter-context.js';
import { makeSpan } from '../../support/spans.js';

const DD_KEY = '0123456789abcdef0123456789abcdef';
const HNY_KEY = `hcaik_${'a'.repeat(58)}`;
const HNY_CLASSIC = DD_KEY;
const NR_KEY = '0123456789abcdef0123456789abcdef0123NRAL';
const NR_EU_KEY = 'eu01xx6789abcdef0123456789abcdef0123NRAL';
const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

/** Where an exporter sends when it is switched on, and what is said. */
function start(exporter: Exporter, options: TestContextOptions = {}) {
  const { context, lines } = exporterContext(options);
  let destination: DestinationOptions | undefined;
  const processor = exporter.processor({
    ...context,
    deliver(given) {
      destination = given;
      return context.deliver({ ...given, transport: NOWHERE });
    },
  });
  const { endpoint, headers } = destination ?? {};
  return { to: endpoint?.href, headers, lines, processor, destination };
}

const NOWHERE = {
  send: async () =>
    ({ kind: 'failure', code: 'NOWHERE', message: '', isRequestSent: false, wireBytes: 0 }) as const,
  hold() {},
  close() {},
};

/** The codes and paths of what is wrong with options given in code. */
function mistakes(make: () => Exporter): [ProblemCode, string][] {
  try {
    make();
  } catch (error) {
    if (isTraceError(error)) return error.problems.map(({ code, path }) => [code, path]);
    throw error;
  }
  return [];
}

/** What the error of a mistake says. */
function textOf(make: () => Exporter): string {
  try {
    make();
  } catch (error) {
    return `${String(error)} ${JSON.stringify(error)}`;
  }
  return '';
}

describe('in code', () => {
  it.each([
    ['jaeger', jaeger(), 'http://localhost:4318/v1/traces', {}],
    ['jaeger elsewhere', jaeger({ endpoint: 'collector' }), 'http://collector:4318/v1/traces', {}],
    ['a datadog agent', datadog({ agent: 'agent' }), 'http://agent:4318/v1/traces', {}],
    ['the local datadog agent', datadog({ agent: true }), 'http://localhost:4318/v1/traces', {}],
    [
      'datadog itself',
      datadog({ apiKey: DD_KEY }),
      'https://otlp.datadoghq.com/v1/traces',
      { 'dd-api-key': DD_KEY, compute_stats: 'true' },
    ],
    [
      'datadog in Europe',
      datadog({ apiKey: DD_KEY, site: 'datadoghq.eu' }),
      'https://otlp.datadoghq.eu/v1/traces',
      { 'dd-api-key': DD_KEY, compute_stats: 'true' },
    ],
    [
      'honeycomb',
      honeycomb({ apiKey: HNY_KEY, dataset: 'ignored' }),
      'https://api.honeycomb.io/v1/traces',
      { 'x-honeycomb-team': HNY_KEY },
    ],
    [
      'honeycomb classic in Europe',
      honeycomb({ apiKey: HNY_CLASSIC, dataset: 'shop', region: 'eu' }),
      'https://api.eu1.honeycomb.io/v1/traces',
      { 'x-honeycomb-team': HNY_CLASSIC, 'x-honeycomb-dataset': 'shop' },
    ],
    [
      'new relic',
      newRelic({ licenseKey: NR_KEY }),
      'https://otlp.nr-data.net/v1/traces',
      { 'api-key': NR_KEY },
    ],
    [
      'new relic by a key of Europe',
      newRelic({ licenseKey: NR_EU_KEY }),
      'https://otlp.eu01.nr-data.net/v1/traces',
      { 'api-key': NR_EU_KEY },
    ],
    [
      'new relic in Japan',
      newRelic({ licenseKey: NR_KEY, region: 'jp' }),
      'https://otlp.jp.nr-data.net/v1/traces',
      { 'api-key': NR_KEY },
    ],
    ['an APM server', elastic(), 'http://localhost:8200/v1/traces', {}],
    [
      'elastic cloud',
      elastic({ endpoint: 'https://my.ingest.eu.elastic.cloud', apiKey: 'a2V5' }),
      'https://my.ingest.eu.elastic.cloud/v1/traces',
      { authorization: 'ApiKey a2V5' },
    ],
    [
      'an APM server with a token',
      elastic({ endpoint: 'http://apm:8200', secretToken: 'token' }),
      'http://apm:8200/v1/traces',
      { authorization: 'Bearer token' },
    ],
    [
      'grafana cloud',
      grafana({ instanceId: '123456', token: 'glc_x', zone: 'prod-eu-west-2' }),
      'https://otlp-gateway-prod-eu-west-2.grafana.net/otlp/v1/traces',
      { authorization: `Basic ${Buffer.from('123456:glc_x').toString('base64')}` },
    ],
    ['a tempo', grafana({ tenant: 'shop' }), 'http://localhost:4318/v1/traces', { 'x-scope-orgid': 'shop' }],
  ])('%s', (_, exporter, to, headers) => {
    expect(start(exporter)).toMatchObject({ to, headers, lines: [] });
    expect(exporter.endpoint).toBe(to);
  });

  it.each<[string, () => Exporter, [ProblemCode, string][]]>([
    [
      'an unknown option',
      () => honeycomb({ apikey: HNY_KEY } as object),
      [['unknown_option', 'honeycomb.apikey']],
    ],
    ['a wrong type', () => honeycomb({ apiKey: 5 } as object), [['wrong_type', 'honeycomb.apiKey']]],
    ['no options', () => honeycomb(null as unknown as object), [['wrong_type', 'honeycomb']]],
    [
      'an unknown region',
      () => honeycomb({ region: 'mars' } as object),
      [['unknown_region', 'honeycomb.region']],
    ],
    ['an unknown site', () => datadog({ site: 'datadog.com' }), [['unknown_region', 'datadog.site']]],
    [
      'an application key',
      () => datadog({ apiKey: DD_KEY + '01234567' }),
      [['malformed_key', 'datadog.apiKey']],
    ],
    [
      'agent and key',
      () => datadog({ agent: true, apiKey: DD_KEY }),
      [['conflicting_settings', 'datadog.agent']],
    ],
    [
      'a site without a documented intake',
      () => datadog({ site: 'uk1.datadoghq.com', apiKey: DD_KEY }),
      [['unknown_region', 'datadog.site']],
    ],
    [
      'a site without intake',
      () => datadog({ site: 'ddog-gov.com', apiKey: DD_KEY }),
      [['unknown_region', 'datadog.site']],
    ],
    ['a key with a line break', () => elastic({ apiKey: 'a\nb' }), [['malformed_key', 'elastic.apiKey']]],
    [
      'key and token',
      () => elastic({ apiKey: 'a', secretToken: 'b' }),
      [['conflicting_settings', 'elastic.secretToken']],
    ],
    [
      'a key of another region',
      () => newRelic({ licenseKey: NR_EU_KEY, region: 'us' }),
      [['conflicting_settings', 'newRelic.licenseKey']],
    ],
    ['a gRPC port', () => jaeger({ endpoint: 'http://jaeger:4317' }), [['grpc_port', 'jaeger.endpoint']]],
    ['a page that is none', () => jaeger({ ui: 'jaeger' }), [['malformed_endpoint', 'jaeger.ui']]],
    [
      'an instance by name',
      () => grafana({ instanceId: 'mine', token: 'x' }),
      [['malformed_key', 'grafana.instanceId']],
    ],
    [
      'a zone as URL',
      () => grafana({ instanceId: '1', token: 'x', zone: 'https://x' }),
      [['unknown_region', 'grafana.zone']],
    ],
    [
      'all at once',
      () => newRelic({ licenceKey: 'x', region: 'eu1', licenseKey: 'short' } as object),
      [
        ['unknown_option', 'newRelic.licenceKey'],
        ['unknown_region', 'newRelic.region'],
        ['malformed_key', 'newRelic.licenseKey'],
      ],
    ],
    ['a key that is still to come', () => honeycomb({ region: 'eu' }), []],
    ['an empty key', () => honeycomb({ apiKey: '' }), []],
  ])('%s', (_, make, expected) => {
    expect(mistakes(make)).toEqual(expected);
  });

  it('never shows a key', () => {
    const secret = 'shhh secret';
    for (const make of [
      () => honeycomb({ apiKey: secret }),
      () => datadog({ apiKey: secret }),
      () => newRelic({ licenseKey: secret }),
      () => elastic({ secretToken: secret }),
      () => grafana({ instanceId: '1', token: secret }),
    ]) {
      expect(mistakes(make)).toMatchObject([['malformed_key', expect.any(String)]]);
      expect(textOf(make)).toContain('malformed_key');
      expect(textOf(make)).not.toContain('shhh');
    }
  });
});

describe('by name, from the environment', () => {
  it.each([
    ['jaeger', {}, 'http://localhost:4318/v1/traces', {}],
    ['datadog', {}, 'http://localhost:4318/v1/traces', {}],
    ['datadog', { DD_AGENT_HOST: 'agent' }, 'http://agent:4318/v1/traces', {}],
    ['datadog', { DD_TRACE_AGENT_URL: 'http://agent:8126' }, 'http://agent:4318/v1/traces', {}],
    [
      'datadog',
      { DD_API_KEY: DD_KEY, DD_SITE: 'us5.datadoghq.com' },
      'https://otlp.us5.datadoghq.com/v1/traces',
      { 'dd-api-key': DD_KEY },
    ],
    [
      'honeycomb',
      {
        HONEYCOMB_API_KEY: HNY_CLASSIC,
        HONEYCOMB_DATASET: 'shop',
        HONEYCOMB_API_ENDPOINT: 'https://api.eu1.honeycomb.io',
      },
      'https://api.eu1.honeycomb.io/v1/traces',
      { 'x-honeycomb-team': HNY_CLASSIC, 'x-honeycomb-dataset': 'shop' },
    ],
    [
      'newRelic',
      { NEW_RELIC_LICENSE_KEY: NR_KEY, NEW_RELIC_REGION: 'EU' },
      'https://otlp.eu01.nr-data.net/v1/traces',
      { 'api-key': NR_KEY },
    ],
    [
      'elastic',
      { ELASTIC_APM_SERVER_URL: 'https://apm.example', ELASTIC_APM_SECRET_TOKEN: 'token' },
      'https://apm.example/v1/traces',
      { authorization: 'Bearer token' },
    ],
    [
      'elastic',
      {
        ELASTIC_OTLP_ENDPOINT: 'https://x.elastic.cloud',
        ELASTIC_API_KEY: 'a2V5',
        ELASTIC_APM_SECRET_TOKEN: 'token',
      },
      'https://x.elastic.cloud/v1/traces',
      { authorization: 'ApiKey a2V5' },
    ],
    [
      'grafana',
      { GRAFANA_CLOUD_INSTANCE_ID: '1', GRAFANA_CLOUD_API_KEY: 'x', GRAFANA_CLOUD_ZONE: 'prod-us-east-0' },
      'https://otlp-gateway-prod-us-east-0.grafana.net/otlp/v1/traces',
      { authorization: 'Basic MTp4' },
    ],
    ['grafana', { GRAFANA_CLOUD_OTLP_ENDPOINT: 'http://tempo:4318' }, 'http://tempo:4318/v1/traces', {}],
  ] as const)('%s with %o', (name, env, to, headers) => {
    expect(start(exporterByName(name), { env })).toMatchObject({ to, headers, lines: [] });
  });

  it.each([
    ['honeycomb', {}, 'missing_key', 'HONEYCOMB_API_KEY'],
    ['honeycomb', { HONEYCOMB_API_KEY: HNY_CLASSIC }, 'missing_key', 'HONEYCOMB_DATASET'],
    ['honeycomb', { HONEYCOMB_API_KEY: 'a b' }, 'malformed_key', 'HONEYCOMB_API_KEY'],
    ['newRelic', {}, 'missing_key', 'NEW_RELIC_LICENSE_KEY'],
    [
      'newRelic',
      { NEW_RELIC_LICENSE_KEY: NR_KEY, NEW_RELIC_REGION: 'moon' },
      'unknown_region',
      'NEW_RELIC_REGION',
    ],
    ['datadog', { DD_API_KEY: DD_KEY, DD_SITE: 'datadog.eu' }, 'unknown_region', 'DD_SITE'],
    ['grafana', { GRAFANA_CLOUD_API_KEY: 'x' }, 'missing_key', 'GRAFANA_CLOUD_INSTANCE_ID'],
    [
      'grafana',
      { GRAFANA_CLOUD_API_KEY: 'x', GRAFANA_CLOUD_INSTANCE_ID: '1' },
      'missing_key',
      'GRAFANA_CLOUD_ZONE',
    ],
    ['elastic', { ELASTIC_APM_SERVER_URL: 'ftp://x' }, 'malformed_endpoint', 'ELASTIC_APM_SERVER_URL'],
  ] as const)('%s with %o is off: %s', async (name, env, code, variable) => {
    const exporter = exporterByName(name);
    const { to, lines, processor } = start(exporter, { env });
    expect(to).toBeUndefined();
    expect(lines).toEqual([expect.stringMatching(`^${code}: ${variable}: .*The exporter ${name} is off`)]);
    processor.onEnd(makeSpan());
    processor.onEnd(makeSpan({ context: { ...IDS, traceFlags: TraceFlags.NONE } }));
    await processor.forceFlush();
    await processor.shutdown();
    expect(exporter.stats?.()).toMatchObject({
      ended: 2,
      unsampled: 1,
      sent: 0,
      dropped: { exporter_off: 1 },
    });
    expect(await exporter.check()).toMatchObject({
      status: 'error',
      message: expect.stringContaining(variable),
    });
    expect(exporter.endpoint).toBe('off');
    expect(exporter.url?.(IDS)).toBeUndefined();
  });

  it.each([
    [
      'honeycomb',
      { HONEYCOMB_API_KEY: 'a-new-form-of-key' },
      'malformed_key',
      'https://api.honeycomb.io/v1/traces',
    ],
    [
      'datadog',
      { DD_API_KEY: DD_KEY, DD_AGENT_HOST: 'agent' },
      'conflicting_settings',
      'http://agent:4318/v1/traces',
    ],
    [
      'datadog',
      { DD_TRACE_AGENT_URL: 'unix:///var/run/apm.socket' },
      'unsupported_variable',
      'http://localhost:4318/v1/traces',
    ],
    [
      'newRelic',
      { NEW_RELIC_LICENSE_KEY: NR_EU_KEY, NEW_RELIC_REGION: 'us' },
      'conflicting_settings',
      'https://otlp.nr-data.net/v1/traces',
    ],
  ] as const)('%s with %o warns, %s, and goes on', (name, env, code, to) => {
    const started = start(exporterByName(name), { env });
    expect(started.to).toBe(to);
    expect(started.lines).toEqual([expect.stringMatching(`^${code}: `)]);
    expect(started.lines.join()).not.toContain('a-new-form-of-key');
  });

  it('lets what is written in code go first', () => {
    const env = {
      HONEYCOMB_API_KEY: 'other',
      HONEYCOMB_API_ENDPOINT: 'http://refinery:8080',
      DD_AGENT_HOST: 'agent',
    };
    expect(start(honeycomb({ apiKey: HNY_KEY, endpoint: 'https://proxy' }), { env })).toMatchObject({
      to: 'https://proxy/v1/traces',
      headers: { 'x-honeycomb-team': HNY_KEY },
      lines: [],
    });
    expect(start(datadog({ apiKey: DD_KEY }), { env })).toMatchObject({
      to: 'https://otlp.datadoghq.com/v1/traces',
      lines: [],
    });
  });

  it('lets jaeger read the variables of OTLP, headers among them, and keeps these from every other place', () => {
    const otlp = { endpoint: 'https://collector/v1/traces', headers: { authorization: 'secret' } };
    expect(start(jaeger(), { otlp })).toMatchObject({ to: otlp.endpoint, headers: otlp.headers });
    expect(start(jaeger({ endpoint: 'http://jaeger:4318' }), { otlp }).headers).toEqual({});
    expect(start(elastic(), { otlp }).headers).toEqual({});
  });
});

describe('url', () => {
  it.each([
    [jaeger(), `http://localhost:16686/trace/${IDS.traceId}`],
    [jaeger({ endpoint: 'https://jaeger.example' }), undefined],
    [
      jaeger({ endpoint: 'https://x', ui: 'https://jaeger.example/' }),
      `https://jaeger.example/trace/${IDS.traceId}`,
    ],
    [datadog({ site: 'uk1.datadoghq.com' }), `https://uk1.datadoghq.com/apm/trace/${IDS.traceId}`],
    [datadog({ site: 'us2.ddog-gov.com' }), `https://us2.ddog-gov.com/apm/trace/${IDS.traceId}`],
    [datadog(), `https://app.datadoghq.com/apm/trace/${IDS.traceId}`],
    [datadog({ site: 'us3.datadoghq.com' }), `https://us3.datadoghq.com/apm/trace/${IDS.traceId}`],
    [honeycomb({ apiKey: HNY_KEY }), undefined],
    [
      honeycomb({ apiKey: HNY_KEY, region: 'eu', team: 'acme', environment: 'prod' }),
      `https://ui.eu1.honeycomb.io/acme/environments/prod/trace?trace_id=${IDS.traceId}`,
    ],
    [newRelic({ licenseKey: NR_KEY }), undefined],
    [elastic(), undefined],
    [grafana(), undefined],
  ])('%#: %s', (exporter, expected) => {
    expect(exporter.url?.(IDS)).toBe(expected);
    start(exporter);
    expect(exporter.url?.(IDS)).toBe(expected);
  });

  it('opens a trace in the Explore of Grafana', () => {
    const url = new URL(grafana({ ui: 'https://grafana.example', datasource: 'uid1' }).url?.(IDS) ?? '');
    expect(url.origin + url.pathname).toBe('https://grafana.example/explore');
    expect(JSON.parse(url.searchParams.get('panes') ?? '').trace.queries[0]).toMatchObject({
      query: IDS.traceId,
      datasource: { type: 'tempo', uid: 'uid1' },
    });
  });
});

describe('SampleRate of honeycomb', () => {
  const shape = start(honeycomb({ apiKey: HNY_KEY })).destination?.shape;
  const rateOf = (state: string | undefined, attributes = {}): unknown => {
    const traceState = state === undefined ? undefined : createTraceState(state);
    const context = { ...IDS, traceFlags: TraceFlags.SAMPLED, ...(traceState && { traceState }) };
    return shape?.(makeSpan({ context, attributes })).attributes['SampleRate'];
  };

  it.each([
    [undefined, undefined],
    ['other=1', undefined],
    ['ot=rv:01234567890123', undefined],
    ['ot=th:nonsense', undefined],
    ['ot=th:0', undefined],
    ['ot=th:8', 2],
    ['ot=th:c;rv:d1234567890123', 4],
    ['ot=th:fd70a', 100],
    ['ot=th:ffffffffffffff', 2 ** 31 - 1],
  ])('of %s is %s', (state, rate) => {
    expect(rateOf(state)).toBe(rate);
  });

  it('leaves alone what the application has set', () => {
    expect(rateOf('ot=th:8', { SampleRate: 7 })).toBe(7);
    expect(rateOf('ot=th:8', { sampleRate: 7 })).toBeUndefined();
  });

  it('is there on a span with more attributes than are taken', () => {
    const many = Object.fromEntries(Array.from({ length: 2_500 }, (_, i) => [`key.${i}`, i]));
    expect(rateOf('ot=th:8', many)).toBe(2);
  });
});
