import { describe, expect, it } from 'vitest';
import { createExporterByName } from '../../../src/exporters/by-name.js';
import { grafana } from '../../../src/exporters/grafana.js';
import { startExporter } from '../../support/exporter-context.js';
import { errorTextOf, problemCodesOf } from '../../support/problems-of.js';

const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

describe('grafana() in code', () => {
  it.each([
    [
      'Grafana Cloud',
      grafana({ instanceId: '123456', token: 'glc_x', zone: 'prod-eu-west-2' }),
      'https://otlp-gateway-prod-eu-west-2.grafana.net/otlp/v1/traces',
      { authorization: `Basic ${Buffer.from('123456:glc_x').toString('base64')}` },
    ],
    ['Tempo', grafana({ tenant: 'shop' }), 'http://localhost:4318/v1/traces', { 'x-scope-orgid': 'shop' }],
  ])('sends to %s', (_, exporter, url, headers) => {
    expect(startExporter(exporter)).toMatchObject({ url, headers, reported: [] });
    expect(exporter.endpoint).toBe(url);
  });

  it('removes line ends of files from its settings', () => {
    const exporter = grafana({ instanceId: '1\n', token: 'glc_x\n', zone: 'prod-eu-west-2\n' });
    expect(startExporter(exporter)).toMatchObject({
      url: 'https://otlp-gateway-prod-eu-west-2.grafana.net/otlp/v1/traces',
      headers: { authorization: `Basic ${Buffer.from('1:glc_x').toString('base64')}` },
    });
  });

  it.each([
    ['the name of an instance', { instanceId: 'mine', token: 'x' }, 'malformed_key grafana.instanceId'],
    ['a URL as zone', { instanceId: '1', token: 'x', zone: 'https://x' }, 'unknown_region grafana.zone'],
    ['a UI that is not a URL', { ui: 'grafana' }, 'malformed_endpoint grafana.ui'],
  ])('refuses %s', (_, options, problem) => {
    expect(problemCodesOf(() => grafana(options))).toEqual([problem]);
  });

  it('never shows a token', () => {
    const text = errorTextOf(() => grafana({ instanceId: '1', token: 'shhh secret' }));
    expect(text).toContain('malformed_key');
    expect(text).not.toContain('shhh');
  });
});

describe('grafana from the environment', () => {
  it.each([
    [
      { GRAFANA_CLOUD_INSTANCE_ID: '1', GRAFANA_CLOUD_API_KEY: 'x', GRAFANA_CLOUD_ZONE: 'prod-us-east-0' },
      'https://otlp-gateway-prod-us-east-0.grafana.net/otlp/v1/traces',
      { authorization: 'Basic MTp4' },
    ],
    [{ GRAFANA_CLOUD_OTLP_ENDPOINT: 'http://tempo:4318' }, 'http://tempo:4318/v1/traces', {}],
  ])('with %o sends to %s', (env, url, headers) => {
    expect(startExporter(createExporterByName('grafana'), { env })).toMatchObject({
      url,
      headers,
      reported: [],
    });
  });

  it.each([
    [{ GRAFANA_CLOUD_API_KEY: 'x' }, 'missing_key GRAFANA_CLOUD_INSTANCE_ID'],
    [{ GRAFANA_CLOUD_INSTANCE_ID: '1' }, 'missing_key GRAFANA_CLOUD_API_KEY'],
    [{ GRAFANA_CLOUD_API_KEY: 'x', GRAFANA_CLOUD_INSTANCE_ID: '1' }, 'missing_key GRAFANA_CLOUD_ZONE'],
    // A malformed zone is not missing.
    [
      {
        GRAFANA_CLOUD_INSTANCE_ID: '1',
        GRAFANA_CLOUD_API_KEY: 'x',
        GRAFANA_CLOUD_ZONE: 'gateway.grafana.net',
      },
      'unknown_region GRAFANA_CLOUD_ZONE',
    ],
  ])('with %o is disabled', (env, problem) => {
    const { url, reported } = startExporter(grafana(), { env });
    expect(url).toBeUndefined();
    expect(reported).toEqual([problem]);
  });
});

describe('the link of grafana', () => {
  it('opens a trace in Explore', () => {
    const exporter = grafana({ ui: 'https://grafana.example', datasource: 'uid1' });
    const url = new URL(exporter.url?.(IDS) ?? '');
    expect(url.origin + url.pathname).toBe('https://grafana.example/explore');
    expect(JSON.parse(url.searchParams.get('panes') ?? '').trace.queries[0]).toMatchObject({
      query: IDS.traceId,
      datasource: { type: 'tempo', uid: 'uid1' },
    });
  });

  it.each([grafana(), grafana({ ui: 'https://grafana.example' }), grafana({ datasource: 'uid1' })])(
    'needs the UI and the data source (%#)',
    exporter => expect(exporter.url?.(IDS)).toBeUndefined(),
  );
});
