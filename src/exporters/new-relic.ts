// New Relic: OTLP with the licence key in a header, in the region that the key belongs to.

import type { Exporter } from './exporter.js';
import { createSpanLimiter } from './span-limiter.js';
import { createVendorExporter } from './vendor-exporter.js';

/** Which account of New Relic, and where. */
export interface NewRelicOptions {
  /** A licence key (ingest - license). @default `NEW_RELIC_LICENSE_KEY` */
  readonly licenseKey?: string | undefined;
  /** The region of the account. @default `NEW_RELIC_REGION`, else what the key says: those of the EU begin with `eu` */
  readonly region?: 'us' | 'eu' | 'jp' | 'gov' | undefined;
  /** Another place: a proxy. @default the region's */
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
const OTHERS = Object.entries(REGIONS).map(([region, endpoint]) => ({
  name: `NEW_RELIC_REGION=${region}`,
  endpoint,
}));
const KEY = { pattern: /^[0-9A-Za-z]{40}$/, expected: 'a licence key of 40 letters and digits' };
const EU_KEY = /^eu/i;

/** https://docs.newrelic.com/docs/opentelemetry/best-practices/opentelemetry-otlp/#attribute-limits */
const shape = createSpanLimiter({
  maxKeyLength: 255,
  maxValueLength: 4_095,
  maxNameLength: 4_095,
  maxArrayLength: 64,
  // 255 attributes, those of the resource and New Relic's own among them.
  maxAttributes: 200,
});

/** A body of 1 MB, compressed, is the largest that is taken. */
const MAX_CHUNK_BYTES = 950_000;

/**
 * Sends spans to New Relic.
 *
 * @param options which account; mistakes throw a `TraceError`
 * @example
 * init({ service: 'orders', exporter: newRelic({ licenseKey: process.env['NEW_RELIC_LICENSE_KEY'] }) });
 * @see https://docs.newrelic.com/docs/opentelemetry/best-practices/opentelemetry-otlp/
 */
export function newRelic(options: NewRelicOptions = {}): Exporter {
  return createVendorExporter({
    name: 'newRelic',
    options,
    known: ['licenseKey', 'region', 'endpoint'],
    shape,
    maxChunkBytes: MAX_CHUNK_BYTES,
    resolve(read) {
      const regional = read.choice(REGIONS, 'region', 'NEW_RELIC_REGION');
      const given = read.endpoint('endpoint');
      const key = read.key(KEY, 'licenseKey', 'NEW_RELIC_LICENSE_KEY');
      if (key === undefined) return read.missing('licenseKey', 'NEW_RELIC_LICENSE_KEY');
      const home = EU_KEY.test(key.value) ? EU : US;
      if (regional === US && home === EU) {
        const fix = key.isFromCode ? {} : { fix: 'The region is used as it was written.' };
        read.note('conflicting_settings', key.path, 'a key of the region us', 'a key of the region eu', fix);
      }
      return {
        endpoint: given ?? regional ?? home,
        headers: { 'api-key': key.value },
        hints: {
          keySetting: 'NEW_RELIC_LICENSE_KEY or newRelic({ licenseKey })',
          regions: given === undefined ? OTHERS : [],
        },
      };
    },
  });
}
