import { describe, expect, it } from 'vitest';
import { createExporterByName } from '../../../src/exporters/by-name.js';
import { newRelic } from '../../../src/exporters/new-relic.js';
import { startExporter } from '../../support/exporter-context.js';
import { errorTextOf, problemCodesOf } from '../../support/problems-of.js';

const KEY = '0123456789abcdef0123456789abcdef0123NRAL';
const EU_KEY = 'eu01xx6789abcdef0123456789abcdef0123NRAL';

describe('newRelic() in code', () => {
  it.each([
    ['a key', newRelic({ licenseKey: KEY }), 'https://otlp.nr-data.net/v1/traces', KEY],
    ['a key of the EU', newRelic({ licenseKey: EU_KEY }), 'https://otlp.eu01.nr-data.net/v1/traces', EU_KEY],
    ['a region', newRelic({ licenseKey: KEY, region: 'jp' }), 'https://otlp.jp.nr-data.net/v1/traces', KEY],
  ])('sends with %s', (_, exporter, url, key) => {
    expect(startExporter(exporter)).toMatchObject({ url, headers: { 'api-key': key }, reported: [] });
    expect(exporter.endpoint).toBe(url);
    expect(exporter.url?.({ traceId: '1'.repeat(32), spanId: '2'.repeat(16) })).toBeUndefined();
  });

  it.each([
    [
      'a key of another region',
      { licenseKey: EU_KEY, region: 'us' },
      ['conflicting_settings newRelic.licenseKey'],
    ],
    [
      'all mistakes at once',
      { licenceKey: 'x', region: 'eu1', licenseKey: 'short' },
      [
        'unknown_option newRelic.licenceKey',
        'unknown_region newRelic.region',
        'malformed_key newRelic.licenseKey',
      ],
    ],
  ])('refuses %s', (_, options, problems) => {
    expect(problemCodesOf(() => newRelic(options as object))).toEqual(problems);
  });

  it('never shows a key', () => {
    const text = errorTextOf(() => newRelic({ licenseKey: 'shhh secret' }));
    expect(text).toContain('malformed_key');
    expect(text).not.toContain('shhh');
  });
});

describe('newRelic from the environment', () => {
  it('sends with key and region, in any case', () => {
    const env = { NEW_RELIC_LICENSE_KEY: `${KEY}\n`, NEW_RELIC_REGION: 'EU' };
    expect(startExporter(createExporterByName('new-relic'), { env })).toMatchObject({
      url: 'https://otlp.eu01.nr-data.net/v1/traces',
      headers: { 'api-key': KEY },
      reported: [],
    });
  });

  it('sends to the region of the variable in spite of a key of another region, with a warning', () => {
    const env = { NEW_RELIC_LICENSE_KEY: EU_KEY, NEW_RELIC_REGION: 'us' };
    expect(startExporter(newRelic(), { env })).toMatchObject({
      url: 'https://otlp.nr-data.net/v1/traces',
      reported: ['conflicting_settings NEW_RELIC_LICENSE_KEY'],
    });
  });

  it.each([
    [{}, ['missing_key NEW_RELIC_LICENSE_KEY']],
    [{ NEW_RELIC_LICENSE_KEY: KEY, NEW_RELIC_REGION: 'moon' }, ['unknown_region NEW_RELIC_REGION']],
  ])('with %o is disabled', (env, problems) => {
    const { url, reported } = startExporter(newRelic(), { env });
    expect(url).toBeUndefined();
    expect(reported).toEqual(problems);
  });

  it('names the problem that disables it, not the first problem', async () => {
    const exporter = newRelic();
    const { captured, started } = startExporter(exporter, {
      env: { NEW_RELIC_REGION: 'europe', NEW_RELIC_LICENSE_KEY: 'short' },
    });
    expect(captured.filter(({ message }) => message.includes('disabled'))).toMatchObject([
      { source: 'NEW_RELIC_REGION' },
    ]);
    expect(started.stats?.().lastError).toContain('NEW_RELIC_REGION');
    expect(await exporter.check?.()).toMatchObject({ source: 'NEW_RELIC_REGION' });
  });
});
