// Every ended span, counted: a histogram of durations for each name, kind and status, within a bound.
//
// The way to a series is one look-up by name and an index by kind and status, and what is kept of a span is five
// numbers and two strings that exist anyway: this runs for every span, also for those that sampling leaves out.

import type { HrTime } from '@opentelemetry/api';
import { Series } from './series.js';

/** What is read of a span. */
export interface ObservedSpan {
  readonly name: string;
  readonly kind: number;
  readonly status: { readonly code: number };
  readonly duration: HrTime;
  spanContext(): { readonly traceId: string; readonly spanId: string };
}

/** What a table is made of. */
export interface SpanMetricsOptions {
  /** The service's name, on every series. */
  readonly service: string;
  /** Upper bounds in the histogram's unit, ascending. */
  readonly bounds: readonly number[];
  /** The histogram's units in a second: 1000 for milliseconds. */
  readonly perSecond: number;
  /** Series at most, besides those of the overflow. */
  readonly maxSeries: number;
  /** Whether kept spans are remembered as exemplars. */
  readonly exemplars: boolean;
  /** Milliseconds since the epoch, for exemplars. */
  readonly nowMs: () => number;
  /** Told once, with the first span name for which there was no room. */
  readonly onOverflow: (name: string) => void;
}

/** In the place of the span name where there is no room for a further one. */
export const OVERFLOW_NAME = '_OTHER';

/** UTF-16 units of a span name that a label holds; names that are equal so far are one. */
const MAX_NAME = 256;

const KINDS = [
  'SPAN_KIND_INTERNAL',
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
  'SPAN_KIND_UNSPECIFIED',
] as const;
const STATUSES = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'] as const;
const UNSPECIFIED = KINDS.length - 1;

/** The series of one span name, by kind and status. */
type Row = (Series | undefined)[];

/** The histograms of one process. */
export class SpanMetrics {
  readonly bounds: readonly number[];
  readonly #options: SpanMetricsOptions;
  readonly #rows = new Map<string, Row>();
  readonly #overflow: Row = emptyRow();
  readonly #all: Series[] = [];
  #size = 0;
  #overflown = false;

  constructor(options: SpanMetricsOptions) {
    this.bounds = options.bounds;
    this.#options = options;
  }

  /** All series, oldest first. */
  get series(): readonly Series[] {
    return this.#all;
  }

  /**
   * Counts an ended span.
   *
   * @param span the span
   * @param isKept whether its trace reaches a backend, so that it can be an exemplar
   */
  observe(span: ObservedSpan, isKept: boolean): void {
    const { perSecond, exemplars, nowMs } = this.#options;
    const place = placeOf(span.kind, span.status.code);
    const series = this.#rows.get(span.name)?.[place] ?? this.#seriesFor(span.name, place);
    const [seconds, nanoseconds] = span.duration;
    const value = seconds * perSecond + (nanoseconds * perSecond) / 1e9;
    const bucket = bucketOf(value, this.bounds);
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += value;
    if (exemplars && isKept) remember(series, bucket, span, value, nowMs());
  }

  #seriesFor(name: string, place: number): Series {
    const label = cleaned(name);
    const present = this.#rows.get(label)?.[place];
    if (present !== undefined) return present;
    if (this.#size >= this.#options.maxSeries) return this.#overflowFor(name, place);
    const row = this.#rows.get(label) ?? emptyRow();
    this.#rows.set(label, row);
    this.#size++;
    return this.#add(row, place, { 'span.name': label });
  }

  #overflowFor(name: string, place: number): Series {
    if (!this.#overflown) {
      this.#overflown = true;
      this.#options.onOverflow(name);
    }
    const overflow = { 'span.name': OVERFLOW_NAME, 'otel.metric.overflow': 'true' };
    return this.#overflow[place] ?? this.#add(this.#overflow, place, overflow);
  }

  #add(row: Row, place: number, own: Readonly<Record<string, string>>): Series {
    const attributes = {
      'service.name': this.#options.service,
      ...own,
      'span.kind': KINDS[Math.floor(place / STATUSES.length)] ?? 'SPAN_KIND_UNSPECIFIED',
      'status.code': STATUSES[place % STATUSES.length] ?? 'STATUS_CODE_UNSET',
    };
    const series = new Series(attributes, this.bounds);
    row[place] = series;
    this.#all.push(series);
    return series;
  }
}

function emptyRow(): Row {
  return Array.from({ length: KINDS.length * STATUSES.length }, () => undefined);
}

function placeOf(kind: number, status: number): number {
  const row = kind >= 0 && kind < UNSPECIFIED ? kind : UNSPECIFIED;
  return row * STATUSES.length + (status === 1 || status === 2 ? status : 0);
}

/** The first bucket whose bound is not below the value: bounds are inclusive. */
function bucketOf(value: number, bounds: readonly number[]): number {
  let bucket = 0;
  for (const bound of bounds) {
    if (value <= bound) return bucket;
    bucket++;
  }
  return bucket;
}

function remember(series: Series, bucket: number, span: ObservedSpan, value: number, timeMs: number): void {
  const { traceId, spanId } = span.spanContext();
  series.exemplars ??= series.counts.map(() => undefined);
  const exemplar = series.exemplars[bucket];
  if (exemplar === undefined) {
    series.exemplars[bucket] = { traceId, spanId, value, timeMs };
    return;
  }
  exemplar.traceId = traceId;
  exemplar.spanId = spanId;
  exemplar.value = value;
  exemplar.timeMs = timeMs;
}

/**
 * A span name as a label: cut, without halves of characters, which would be one and the same in UTF-8, and without
 * control characters: Prometheus takes a zero for the end of the page, and one such name would fail every scrape.
 */
function cleaned(name: string): string {
  const cut = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name;
  return Buffer.from(cut)
    .toString()
    .replace(/\p{Cc}/gu, ' ');
}
