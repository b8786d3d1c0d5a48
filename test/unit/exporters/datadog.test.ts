import { describe, expect, it } from 'vitest';
import { createExporterByName } from '../../../src/exporters/by-name.js';
import { datadog } from '../../../src/exporters/datadog.js';
import { startExporter } from '../../support/exporter-context.js';
import { errorTextOf, problemCodesOf, problemsOf } from '../../support/problems-of.js';

const KEY = '0123456789abcdef0123456789abcdef';
const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const DIRECT = { 'dd-api-key': KEY, compute_stats: 'true' };

describe('datadog() in code', () => {
  it.each([
    ['an Agent', datadog({ agent: 'agent' }), 'http://agent:4318/v1/traces', {}],
    ['the Agent of this machine', datadog({ agent: true }), 'http://localhost:4318/v1/traces', {}],
    ['a key', datadog({ apiKey: KEY }), 'https://otlp.datadoghq.com/v1/traces', DIRECT],
    [
      'a key and a site',
      datadog({ apiKey: KEY, site: 'datadoghq.eu' }),
      'https://otlp.datadoghq.eu/v1/traces',
      DIRECT,
    ],
    [
      'a key and a proxy',
      datadog({ apiKey: KEY, endpoint: 'http://proxy:8080' }),
      'http://proxy:8080/v1/traces',
      DIRECT,
    ],
  ])('sends with %s', (_, exporter, url, headers) => {
    expect(startExporter(exporter)).toMatchObject({ url, headers, reported: [] });
    expect(exporter.endpoint).toBe(url);
  });

  it('removes the line end of a file from the key', () => {
    expect(startExporter(datadog({ apiKey: `${KEY}\n` })).headers).toEqual(DIRECT);
  });

  it.each([
    ['an unknown site', { site: 'datadog.com', apiKey: KEY }, 'unknown_region datadog.site'],
    ['an unknown site without a key', { site: 'datadog.com' }, 'unknown_region datadog.site'],
    ['an application key', { apiKey: `${KEY}01234567` }, 'malformed_key datadog.apiKey'],
    ['an Agent and a key', { agent: true, apiKey: KEY }, 'conflicting_settings datadog.agent'],
    [
      'a site without a documented intake',
      { site: 'uk1.datadoghq.com', apiKey: KEY },
      'unknown_region datadog.site',
    ],
    ['a site of the government', { site: 'ddog-gov.com', apiKey: KEY }, 'unknown_region datadog.site'],
    ['an Agent that is a number', { agent: 5 }, 'wrong_type datadog.agent'],
  ])('refuses %s', (_, options, problem) => {
    expect(problemCodesOf(() => datadog(options as object))).toEqual([problem]);
  });

  it.each([
    ['us5', 'us5.datadoghq.com'],
    ['EU1', 'datadoghq.eu'],
    ['us', 'datadoghq.com'],
  ])('suggests a site for %s', (site, suggestion) => {
    expect(problemsOf(() => datadog({ apiKey: KEY, site }))).toMatchObject([
      { code: 'unknown_region', suggestion },
    ]);
  });

  it('never shows a key', () => {
    const text = errorTextOf(() => datadog({ apiKey: 'shhh secret' }));
    expect(text).toContain('malformed_key');
    expect(text).not.toContain('shhh');
  });
});

describe('datadog from the environment', () => {
  it.each([
    [{}, 'http://localhost:4318/v1/traces', {}],
    [{ DD_AGENT_HOST: 'agent' }, 'http://agent:4318/v1/traces', {}],
    [{ DD_TRACE_AGENT_URL: 'http://agent:8126' }, 'http://agent:4318/v1/traces', {}],
    [
      { DD_API_KEY: KEY, DD_SITE: 'us5.datadoghq.com' },
      'https://otlp.us5.datadoghq.com/v1/traces',
      { 'dd-api-key': KEY },
    ],
  ])('with %o sends to %s', (env, url, headers) => {
    expect(startExporter(createExporterByName('datadog'), { env })).toMatchObject({
      url,
      headers,
      reported: [],
    });
  });

  it('uses a key in code in spite of an Agent in the environment', () => {
    expect(startExporter(datadog({ apiKey: KEY }), { env: { DD_AGENT_HOST: 'agent' } })).toMatchObject({
      url: 'https://otlp.datadoghq.com/v1/traces',
      reported: [],
    });
  });

  it('prefers the Agent to a key, with a warning', () => {
    const env = { DD_API_KEY: KEY, DD_AGENT_HOST: 'agent' };
    expect(startExporter(datadog(), { env })).toMatchObject({
      url: 'http://agent:4318/v1/traces',
      reported: ['conflicting_settings DD_API_KEY'],
    });
  });

  it('uses the port of OTLP instead of a socket, with a warning', () => {
    const env = { DD_TRACE_AGENT_URL: 'unix:///var/run/apm.socket' };
    expect(startExporter(datadog(), { env })).toMatchObject({
      url: 'http://localhost:4318/v1/traces',
      reported: ['unsupported_variable DD_TRACE_AGENT_URL'],
    });
  });

  it.each([
    [{ DD_API_KEY: KEY, DD_SITE: 'datadog.eu' }, 'unknown_region DD_SITE'],
    [{ DD_API_KEY: KEY, DD_SITE: 'ddog-gov.com' }, 'unknown_region DD_SITE'],
    [{ DD_API_KEY: `'${KEY}'` }, 'malformed_key DD_API_KEY'],
    // The key must not go to Datadog if spans were meant for an Agent.
    [{ DD_AGENT_HOST: 'bad host', DD_API_KEY: KEY }, 'malformed_endpoint DD_AGENT_HOST'],
  ])('with %o is disabled', (env, problem) => {
    const exporter = datadog();
    const { url, reported } = startExporter(exporter, { env });
    expect(url).toBeUndefined();
    expect(reported).toContain(problem);
    expect(exporter.endpoint).toBe('off');
  });

  it('sends to a proxy in spite of an unknown site, without links', () => {
    const exporter = datadog({ apiKey: KEY, endpoint: 'http://proxy:8080' });
    expect(startExporter(exporter, { env: { DD_SITE: 'xy9.datadoghq.com' } })).toMatchObject({
      url: 'http://proxy:8080/v1/traces',
      reported: ['unknown_region DD_SITE'],
    });
    expect(exporter.url?.(IDS)).toBeUndefined();
  });

  it('sends to an Agent in spite of an unknown site, without links', () => {
    const exporter = datadog();
    const started = startExporter(exporter, { env: { DD_AGENT_HOST: '::1', DD_SITE: 'xy9.datadoghq.com' } });
    expect(started).toMatchObject({
      url: 'http://[::1]:4318/v1/traces',
      reported: ['unknown_region DD_SITE'],
    });
    expect(started.captured[0]?.fix).toContain('Spans are sent, and trace.url() returns undefined.');
    expect(exporter.url?.(IDS)).toBeUndefined();
  });
});

it.each([
  [datadog(), 'app.datadoghq.com'],
  [datadog({ site: 'us3.datadoghq.com' }), 'us3.datadoghq.com'],
  [datadog({ site: 'uk1.datadoghq.com' }), 'uk1.datadoghq.com'],
  [datadog({ site: 'us2.ddog-gov.com' }), 'us2.ddog-gov.com'],
])('datadog links to the trace, before and after its start (%#: %s)', (exporter, host) => {
  const link = `https://${host}/apm/trace/${IDS.traceId}`;
  expect(exporter.url?.(IDS)).toBe(link);
  startExporter(exporter);
  expect(exporter.url?.(IDS)).toBe(link);
});
