// New Relic: OTLP with the licence key in a header, in the region of the key.

import type { Exporter } from './exporter.js';
import { anyString } from './option-validation.js';
import { createSpanLimiter } from './span-limiter.js';
import { createVendorExporter, type VendorOptions } from './vendor-exporter.js';

/** An account of New Relic, and its region. */
export interface NewRelicOptions extends VendorOptions {
  /** A licence key (ingest - license). @default `NEW_RELIC_LICENSE_KEY` */
  readonly licenseKey?: string | undefined;
  /** The region of the account. @default `NEW_RELIC_REGION`, else the region of the key: a key of the EU begins with `eu` */
  readonly region?: 'us' | 'eu' | 'jp' | 'gov' | undefined;
  /** A proxy. @default the endpoint of the region */
  readonly endpoint?: string | undefined;
}

const US = 'https://otlp.nr-data.net/v1/traces';
const EU = 'https://otlp.eu01.nr-data.net/v1/traces';
const REGIONS: Readonly<Record<string, string>> = {
  us: US,
  eu: EU,
  jp: 'https://otlp.jp.nr-data.net/v1/traces',
  gov: 'https://gov-otlp.nr-data.net/v1/traces',
};
const REGION_ENDPOINTS = Object.entries(REGIONS).map(([region, endpoint]) => ({
  name: `NEW_RELIC_REGION=${region}`,
  endpoint,
}));
const KEY_FORMAT = { pattern: /^[0-9A-Za-z]{40}$/, expected: 'a licence key of 40 letters and digits' };
const EU_KEY = /^eu/i;

/** https://docs.newrelic.com/docs/opentelemetry/best-practices/opentelemetry-otlp/#attribute-limits */
const shape = createSpanLimiter({
  maxKeyLength: 255,
  maxValueLength: 4_095,
  maxNameLength: 4_095,
  maxArrayLength: 64,
  // 255 attributes, which include those of the resource and those that New Relic adds.
  maxAttributes: 200,
});

/** New Relic accepts a body of 1 MB, compressed. */
const MAX_CHUNK_BYTES = 950_000;

/**
 * Sends spans to New Relic.
 *
 * @param options the account
 * @throws TraceError with every mistake in the options
 * @example
 * init({ service: 'orders', exporter: newRelic({ licenseKey: process.env['NEW_RELIC_LICENSE_KEY'] }) });
 * @see https://docs.newrelic.com/docs/opentelemetry/best-practices/opentelemetry-otlp/
 */
export function newRelic(options: NewRelicOptions = {}): Exporter {
  return createVendorExporter<NewRelicOptions>({
    name: 'new-relic',
    functionName: 'newRelic',
    options,
    fields: { licenseKey: anyString, region: anyString, endpoint: anyString },
    shape,
    maxChunkBytes: MAX_CHUNK_BYTES,
    resolve(settings) {
      const region = settings.readChoice(REGIONS, 'region', 'NEW_RELIC_REGION');
      const endpoint = settings.readEndpoint('endpoint');
      const key = settings.readKey(KEY_FORMAT, 'licenseKey', 'NEW_RELIC_LICENSE_KEY');
      if (key === undefined) return settings.addMissing('licenseKey', 'NEW_RELIC_LICENSE_KEY');
      const regionOfKey = EU_KEY.test(key.value) ? EU : US;
      if (region === US && regionOfKey === EU) {
        const { path, isFromCode } = key;
        const hint = isFromCode
          ? {}
          : {
              fix: 'Set NEW_RELIC_REGION to eu, or use a key of the region us. Spans are sent to the region us.',
            };
        settings.addProblem(
          'conflicting_settings',
          path,
          'a key of the region us',
          'a key of the region eu',
          hint,
        );
      }
      return {
        endpoint: endpoint ?? region ?? regionOfKey,
        headers: { 'api-key': key.value },
        hints: {
          keySetting: 'NEW_RELIC_LICENSE_KEY or newRelic({ licenseKey })',
          regions: endpoint === undefined ? REGION_ENDPOINTS : [],
        },
      };
    },
  });
}
