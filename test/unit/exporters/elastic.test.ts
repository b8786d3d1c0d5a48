import { describe, expect, it } from 'vitest';
import { createExporterByName } from '../../../src/exporters/by-name.js';
import { elastic } from '../../../src/exporters/elastic.js';
import { startExporter } from '../../support/exporter-context.js';
import { errorTextOf, problemCodesOf } from '../../support/problems-of.js';

describe('elastic() in code', () => {
  it.each([
    ['a local APM Server', elastic(), 'http://localhost:8200/v1/traces', {}],
    [
      'Elastic Cloud',
      elastic({ endpoint: 'https://my.ingest.eu.elastic.cloud', apiKey: 'a2V5' }),
      'https://my.ingest.eu.elastic.cloud/v1/traces',
      { authorization: 'ApiKey a2V5' },
    ],
    [
      'an APM Server with a token',
      elastic({ endpoint: 'http://apm:8200', secretToken: 'token' }),
      'http://apm:8200/v1/traces',
      { authorization: 'Bearer token' },
    ],
  ])('sends to %s', (_, exporter, url, headers) => {
    expect(startExporter(exporter)).toMatchObject({ url, headers, reported: [] });
    expect(exporter.endpoint).toBe(url);
    expect(exporter.url?.({ traceId: '1'.repeat(32), spanId: '2'.repeat(16) })).toBeUndefined();
  });

  it.each([
    ['a key with a line end in the middle', { apiKey: 'a\nb' }, 'malformed_key elastic.apiKey'],
    ['a key and a token', { apiKey: 'a', secretToken: 'b' }, 'conflicting_settings elastic.secretToken'],
  ])('refuses %s', (_, options, problem) => {
    expect(problemCodesOf(() => elastic(options))).toEqual([problem]);
  });

  it('never shows a token', () => {
    const text = errorTextOf(() => elastic({ secretToken: 'shhh secret' }));
    expect(text).toContain('malformed_key');
    expect(text).not.toContain('shhh');
  });
});

describe('elastic from the environment', () => {
  it.each([
    [
      { ELASTIC_APM_SERVER_URL: 'https://apm.example', ELASTIC_APM_SECRET_TOKEN: 'token' },
      'https://apm.example/v1/traces',
      { authorization: 'Bearer token' },
    ],
    [
      {
        ELASTIC_OTLP_ENDPOINT: 'https://x.elastic.cloud',
        ELASTIC_API_KEY: 'a2V5',
        ELASTIC_APM_SECRET_TOKEN: 'token',
      },
      'https://x.elastic.cloud/v1/traces',
      { authorization: 'ApiKey a2V5' },
    ],
  ])('with %o sends to %s', (env, url, headers) => {
    expect(startExporter(createExporterByName('elastic'), { env })).toMatchObject({
      url,
      headers,
      reported: [],
    });
  });

  it('uses a token in code in spite of a key in the environment', () => {
    const env = { ELASTIC_API_KEY: 'a2V5' };
    const { headers } = startExporter(elastic({ secretToken: 'token' }), { env });
    expect(headers).toEqual({ authorization: 'Bearer token' });
  });

  it('does not send the headers of OTEL_EXPORTER_OTLP_HEADERS', () => {
    const otlp = { endpoint: 'https://collector/v1/traces', headers: { authorization: 'secret' } };
    expect(startExporter(elastic(), { otlp }).headers).toEqual({});
  });

  it.each([
    [{ ELASTIC_API_KEY: '"c2VjcmV0"' }, 'malformed_key ELASTIC_API_KEY'],
    [{ ELASTIC_APM_SERVER_URL: 'ftp://x' }, 'malformed_endpoint ELASTIC_APM_SERVER_URL'],
  ])('with %o is disabled', (env, problem) => {
    const { url, reported } = startExporter(elastic(), { env });
    expect(url).toBeUndefined();
    expect(reported).toEqual([problem]);
  });
});
