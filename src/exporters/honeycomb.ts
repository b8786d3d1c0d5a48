// Honeycomb: OTLP with the key in a header, and the sample rate of each span, so that Honeycomb weights its counts.

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { SpanShape } from '../delivery/index.js';
import { adjustedCount } from '../spans/ot-tracestate.js';
import { copyAttributes, createSpanView } from '../spans/span-view.js';
import type { Exporter } from './exporter.js';
import { anyString } from './option-validation.js';
import { createSpanLimiter } from './span-limiter.js';
import { createVendorExporter, type VendorOptions } from './vendor-exporter.js';

/** An environment of Honeycomb, and its region. */
export interface HoneycombOptions extends VendorOptions {
  /** An ingest key, or a configuration key with the permission to send events. @default `HONEYCOMB_API_KEY` */
  readonly apiKey?: string | undefined;
  /** The dataset. Required with a classic key, ignored with another key. @default `HONEYCOMB_DATASET` */
  readonly dataset?: string | undefined;
  /** The region of the team. @default 'us' */
  readonly region?: 'us' | 'eu' | undefined;
  /** Refinery, or a proxy. @default `HONEYCOMB_API_ENDPOINT`, else the endpoint of the region */
  readonly endpoint?: string | undefined;
  /** The team's slug, for `trace.url()` together with `environment`. @default none */
  readonly team?: string | undefined;
  /** The environment's slug, for `trace.url()`. @default none */
  readonly environment?: string | undefined;
}

const US = { api: 'https://api.honeycomb.io', ui: 'https://ui.honeycomb.io' };
const REGIONS: Readonly<Record<string, typeof US>> = {
  us: US,
  eu: { api: 'https://api.eu1.honeycomb.io', ui: 'https://ui.eu1.honeycomb.io' },
};
const REGION_ENDPOINTS = Object.entries(REGIONS).map(([region, { api }]) => ({
  name: `region: '${region}'`,
  endpoint: `${api}/v1/traces`,
}));
const CLASSIC_KEY = /^(?:[0-9a-f]{32}|hc[a-z]ic_[0-9a-z]{58})$/;
const KEY_FORMAT = {
  pattern: /^(?:[0-9a-f]{32}|hc[a-z]i[ck]_[0-9a-z]{58}|[0-9A-Za-z]{20,23})$/,
  expected: 'an ingest key (hc?ik_ and 58 more), a configuration key (22 characters) or a classic key (32)',
};
const MAX_SAMPLE_RATE = 2 ** 31 - 1;

/** The limits of an event. https://docs.honeycomb.io/api/events/create-an-event */
const limit = createSpanLimiter({
  maxValueLength: 65_535,
  unit: 'bytes',
  // 2,000 fields, which include the fields that Honeycomb adds and those of the resource.
  maxAttributes: 1_900,
});

/** The span is limited first: the sample rate is the last attribute and must not be dropped by the limit. */
const shape: SpanShape = Object.assign((span: ReadableSpan) => addSampleRate(limit(span)), {
  resource: limit.resource,
});

/** Honeycomb's API documents 1 MB, compressed, as the largest body. */
const MAX_CHUNK_BYTES = 950_000;

/**
 * Sends spans to Honeycomb. A span that was sampled with a probability has the attribute `SampleRate`.
 *
 * @param options the environment of Honeycomb
 * @throws TraceError with every mistake in the options
 * @example
 * init({ service: 'orders', exporter: honeycomb({ apiKey: process.env['HONEYCOMB_API_KEY'], region: 'eu' }) });
 * @see https://docs.honeycomb.io/send-data/opentelemetry/
 */
export function honeycomb(options: HoneycombOptions = {}): Exporter {
  return createVendorExporter<HoneycombOptions>({
    name: 'honeycomb',
    options,
    fields: {
      apiKey: anyString,
      dataset: anyString,
      region: anyString,
      endpoint: anyString,
      team: anyString,
      environment: anyString,
    },
    shape,
    maxChunkBytes: MAX_CHUNK_BYTES,
    resolve(settings) {
      const { api, ui } = settings.readChoice(REGIONS, 'region') ?? US;
      const otherEndpoint = settings.readEndpoint('endpoint', 'HONEYCOMB_API_ENDPOINT');
      const dataset = settings.readHeaderText('dataset', 'HONEYCOMB_DATASET')?.value;
      const team = settings.readText('team')?.value;
      const environment = settings.readText('environment')?.value;
      const key = settings.readKey(KEY_FORMAT, 'apiKey', 'HONEYCOMB_API_KEY');
      if (key === undefined) return settings.addMissing('apiKey', 'HONEYCOMB_API_KEY');
      const isClassic = CLASSIC_KEY.test(key.value);
      if (isClassic && dataset === undefined) {
        return settings.addMissing('dataset', 'HONEYCOMB_DATASET', 'the dataset of a classic key');
      }
      return {
        endpoint: otherEndpoint ?? `${api}/v1/traces`,
        headers: {
          'x-honeycomb-team': key.value,
          ...(isClassic && dataset !== undefined ? { 'x-honeycomb-dataset': dataset } : {}),
        },
        hints: {
          keySetting: 'HONEYCOMB_API_KEY or honeycomb({ apiKey })',
          // The doctor sends the key to Honeycomb's own regions only.
          regions: otherEndpoint === undefined ? REGION_ENDPOINTS : [],
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
 * Adds the number of spans that a sampled span represents, as a whole number, the only form that Honeycomb accepts.
 * An attribute that the application has set is left unchanged.
 */
function addSampleRate(span: ReadableSpan): ReadableSpan {
  const count = adjustedCount(span.spanContext().traceState);
  if (count === undefined || count <= 1) return span;
  if ('SampleRate' in span.attributes || 'sampleRate' in span.attributes) return span;
  const attributes = copyAttributes(span.attributes);
  attributes['SampleRate'] = Math.min(MAX_SAMPLE_RATE, Math.max(1, Math.round(count)));
  return createSpanView(span, { attributes });
}
