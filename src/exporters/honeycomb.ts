// Honeycomb: OTLP with the key in a header, and the sample rate of each span, so that its counts are weighted.

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { adjustedCount } from '../spans/ot-tracestate.js';
import { copyAttributes, viewOf } from '../spans/span-view.js';
import type { SpanShape } from '../delivery/index.js';
import type { Exporter } from './exporter.js';
import { createSpanLimiter } from './span-limiter.js';
import { createVendorExporter } from './vendor-exporter.js';

/** Which environment of Honeycomb, and where. */
export interface HoneycombOptions {
  /** An ingest key, or a configuration key that may send events. @default `HONEYCOMB_API_KEY` */
  readonly apiKey?: string | undefined;
  /** The dataset: needed with a classic key, of no effect with others. @default `HONEYCOMB_DATASET` */
  readonly dataset?: string | undefined;
  /** The region the team is in. @default 'us' */
  readonly region?: 'us' | 'eu' | undefined;
  /** Another place: Refinery, or a proxy. @default `HONEYCOMB_API_ENDPOINT`, else the region's */
  readonly endpoint?: string | undefined;
  /** The team's slug, for `trace.url()`; with `environment`. @default none */
  readonly team?: string | undefined;
  /** The environment's slug, for `trace.url()`. @default none */
  readonly environment?: string | undefined;
}

const US = { api: 'https://api.honeycomb.io', ui: 'https://ui.honeycomb.io' };
const REGIONS: Readonly<Record<string, typeof US>> = {
  us: US,
  eu: { api: 'https://api.eu1.honeycomb.io', ui: 'https://ui.eu1.honeycomb.io' },
};
const OTHERS = Object.entries(REGIONS).map(([region, { api }]) => ({
  name: `region: '${region}'`,
  endpoint: `${api}/v1/traces`,
}));
const CLASSIC = /^(?:[0-9a-f]{32}|hc[a-z]ic_[0-9a-z]{58})$/;
const KEY = {
  pattern: /^(?:[0-9a-f]{32}|hc[a-z]i[ck]_[0-9a-z]{58}|[0-9A-Za-z]{20,23})$/,
  expected: 'an ingest key (hc?ik_ and 58 more), a configuration key (22 characters) or a classic key (32)',
};
const MAX_SAMPLE_RATE = 2 ** 31 - 1;

/** What an event may hold. https://docs.honeycomb.io/api/events/create-an-event */
const limited = createSpanLimiter({
  maxValueLength: 65_535,
  unit: 'bytes',
  // 2,000 fields, those that Honeycomb makes of the span and its resource among them.
  maxAttributes: 1_900,
});

/** Cut first: the rate comes last, and must not be what is over the count. */
const shape: SpanShape = Object.assign((span: ReadableSpan) => withSampleRate(limited(span)), {
  resource: limited.resource,
});

/** A body of 1 MB, compressed, is the largest that its API documents. */
const MAX_CHUNK_BYTES = 950_000;

/**
 * Sends spans to Honeycomb. A span that was kept with a probability tells it as `SampleRate`.
 *
 * @param options which environment; mistakes throw a `TraceError`
 * @example
 * init({ service: 'orders', exporter: honeycomb({ apiKey: process.env['HONEYCOMB_API_KEY'], region: 'eu' }) });
 * @see https://docs.honeycomb.io/send-data/opentelemetry/
 */
export function honeycomb(options: HoneycombOptions = {}): Exporter {
  return createVendorExporter({
    name: 'honeycomb',
    options,
    known: ['apiKey', 'dataset', 'region', 'endpoint', 'team', 'environment'],
    shape,
    maxChunkBytes: MAX_CHUNK_BYTES,
    resolve(read) {
      const { api, ui } = read.choice(REGIONS, 'region') ?? US;
      const elsewhere = read.endpoint('endpoint', 'HONEYCOMB_API_ENDPOINT');
      const endpoint = elsewhere ?? `${api}/v1/traces`;
      const dataset = read.headerText('dataset', 'HONEYCOMB_DATASET')?.value;
      const team = read.text('team')?.value;
      const environment = read.text('environment')?.value;
      const key = read.key(KEY, 'apiKey', 'HONEYCOMB_API_KEY');
      if (key === undefined) return read.missing('apiKey', 'HONEYCOMB_API_KEY');
      const isClassic = CLASSIC.test(key.value);
      if (isClassic && dataset === undefined) {
        return read.missing('dataset', 'HONEYCOMB_DATASET', 'the dataset of a classic key');
      }
      return {
        endpoint,
        headers: {
          'x-honeycomb-team': key.value,
          ...(isClassic && dataset !== undefined ? { 'x-honeycomb-dataset': dataset } : {}),
        },
        hints: {
          keySetting: 'HONEYCOMB_API_KEY or honeycomb({ apiKey })',
          // A key is shown to Honeycomb's own regions only.
          regions: elsewhere === undefined ? OTHERS : [],
        },
        url:
          team === undefined || environment === undefined
            ? undefined
            : ({ traceId }) =>
                `${ui}/${slug(team)}/environments/${slug(environment)}/trace?trace_id=${traceId}`,
      };
    },
  });
}

const slug = encodeURIComponent;

/**
 * A span kept with a probability says how many it stands for; a whole number, since Honeycomb takes no other.
 * What the application has set itself is left alone.
 */
function withSampleRate(span: ReadableSpan): ReadableSpan {
  const count = adjustedCount(span.spanContext().traceState);
  if (count === undefined || count <= 1) return span;
  if ('SampleRate' in span.attributes || 'sampleRate' in span.attributes) return span;
  const attributes = copyAttributes(span.attributes);
  attributes['SampleRate'] = Math.min(MAX_SAMPLE_RATE, Math.max(1, Math.round(count)));
  return viewOf(span, { attributes });
}
