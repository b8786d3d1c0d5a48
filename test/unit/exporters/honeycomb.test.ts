import { createTraceState, TraceFlags } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { createExporterByName } from '../../../src/exporters/by-name.js';
import { honeycomb } from '../../../src/exporters/honeycomb.js';
import { startExporter } from '../../support/exporter-context.js';
import { errorTextOf, problemCodesOf } from '../../support/problems-of.js';
import { makeSpan } from '../../support/spans.js';

const KEY = `hcaik_${'a'.repeat(58)}`;
const CLASSIC_KEY = '0123456789abcdef0123456789abcdef';
const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

describe('honeycomb() in code', () => {
  it.each([
    [
      'an ingest key, without the dataset',
      honeycomb({ apiKey: KEY, dataset: 'ignored' }),
      'https://api.honeycomb.io/v1/traces',
      { 'x-honeycomb-team': KEY },
    ],
    [
      'a classic key in Europe',
      honeycomb({ apiKey: CLASSIC_KEY, dataset: 'shop', region: 'eu' }),
      'https://api.eu1.honeycomb.io/v1/traces',
      { 'x-honeycomb-team': CLASSIC_KEY, 'x-honeycomb-dataset': 'shop' },
    ],
    [
      'line ends of files',
      honeycomb({ apiKey: ` ${CLASSIC_KEY}\r\n`, dataset: 'orders\n' }),
      'https://api.honeycomb.io/v1/traces',
      { 'x-honeycomb-team': CLASSIC_KEY, 'x-honeycomb-dataset': 'orders' },
    ],
  ])('sends with %s', (_, exporter, url, headers) => {
    const started = startExporter(exporter);
    expect(started).toMatchObject({ url, reported: [] });
    expect(started.headers).toEqual(headers);
    expect(exporter.endpoint).toBe(url);
  });

  it.each([
    ['an unknown option', { apikey: KEY }, ['unknown_option honeycomb.apikey']],
    ['a key that is a number', { apiKey: 5 }, ['wrong_type honeycomb.apiKey']],
    ['an unknown region', { region: 'mars' }, ['unknown_region honeycomb.region']],
    [
      'a dataset that a header cannot carry',
      { apiKey: CLASSIC_KEY, dataset: 'データ' },
      ['malformed_headers honeycomb.dataset'],
    ],
    // The environment may have the key.
    ['no missing key', { region: 'eu' }, []],
    ['no empty key', { apiKey: '' }, []],
  ])('refuses %s', (_, options, problems) => {
    expect(problemCodesOf(() => honeycomb(options as object))).toEqual(problems);
  });

  it('never shows a key', () => {
    const text = errorTextOf(() => honeycomb({ apiKey: 'shhh secret' }));
    expect(text).toContain('malformed_key');
    expect(text).not.toContain('shhh');
  });
});

describe('honeycomb from the environment', () => {
  it('sends with key, dataset and endpoint', () => {
    const env = {
      HONEYCOMB_API_KEY: CLASSIC_KEY,
      HONEYCOMB_DATASET: 'shop',
      HONEYCOMB_API_ENDPOINT: 'https://api.eu1.honeycomb.io',
    };
    expect(startExporter(createExporterByName('honeycomb'), { env })).toMatchObject({
      url: 'https://api.eu1.honeycomb.io/v1/traces',
      headers: { 'x-honeycomb-team': CLASSIC_KEY, 'x-honeycomb-dataset': 'shop' },
      reported: [],
    });
  });

  it('prefers the options in code', () => {
    const env = { HONEYCOMB_API_KEY: 'other', HONEYCOMB_API_ENDPOINT: 'http://refinery:8080' };
    const exporter = honeycomb({ apiKey: KEY, endpoint: 'https://proxy' });
    expect(startExporter(exporter, { env })).toMatchObject({
      url: 'https://proxy/v1/traces',
      headers: { 'x-honeycomb-team': KEY },
      reported: [],
    });
  });

  it.each([
    [{}, 'missing_key HONEYCOMB_API_KEY'],
    [{ HONEYCOMB_API_KEY: CLASSIC_KEY }, 'missing_key HONEYCOMB_DATASET'],
    [{ HONEYCOMB_API_KEY: 'a b' }, 'malformed_key HONEYCOMB_API_KEY'],
    [{ HONEYCOMB_API_KEY: '"secret"' }, 'malformed_key HONEYCOMB_API_KEY'],
  ])('with %o is disabled', (env, problem) => {
    const exporter = honeycomb();
    const { url, reported } = startExporter(exporter, { env });
    expect(url).toBeUndefined();
    expect(reported).toEqual([problem]);
    expect(exporter.endpoint).toBe('off');
  });

  it('sends with a key of an unknown format, and reports it without the key', () => {
    const env = { HONEYCOMB_API_KEY: 'a-new-form-of-key' };
    const { url, reported, captured } = startExporter(honeycomb(), { env });
    expect(url).toBe('https://api.honeycomb.io/v1/traces');
    expect(reported).toEqual(['malformed_key HONEYCOMB_API_KEY']);
    expect(JSON.stringify(captured)).not.toContain('a-new-form-of-key');
  });
});

it.each([
  [honeycomb({ apiKey: KEY }), undefined],
  [honeycomb({ apiKey: KEY, team: 'acme' }), undefined],
  [
    honeycomb({ apiKey: KEY, region: 'eu', team: 'acme', environment: 'prod' }),
    `https://ui.eu1.honeycomb.io/acme/environments/prod/trace?trace_id=${IDS.traceId}`,
  ],
])('honeycomb links to the trace if it has team and environment (%#)', (exporter, link) => {
  expect(exporter.url?.(IDS)).toBe(link);
  startExporter(exporter);
  expect(exporter.url?.(IDS)).toBe(link);
});

describe('the attribute SampleRate', () => {
  const shape = startExporter(honeycomb({ apiKey: KEY })).destination?.shape;
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
  ])('for the tracestate %s is %s', (state, rate) => {
    expect(rateOf(state)).toBe(rate);
  });

  it('does not replace an attribute of the application', () => {
    expect(rateOf('ot=th:8', { SampleRate: 7 })).toBe(7);
    expect(rateOf('ot=th:8', { sampleRate: 7 })).toBeUndefined();
  });

  it('is added after the number of attributes was limited', () => {
    const many = Object.fromEntries(Array.from({ length: 2_500 }, (_, i) => [`key.${i}`, i]));
    expect(rateOf('ot=th:8', many)).toBe(2);
  });
});
