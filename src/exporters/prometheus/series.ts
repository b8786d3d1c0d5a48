// One histogram: the durations of the spans with the same name, kind and status. Its count is the number of calls.

/** A kept span of a bucket, so that the user can open its trace. */
export interface Exemplar {
  traceId: string;
  spanId: string;
  /** The span's duration, in the unit of the histogram. */
  value: number;
  /** The time of the observation, in milliseconds since the epoch. */
  timeMs: number;
}

/** The labels of a series, under OpenTelemetry's names. */
export type SeriesAttributes = Readonly<Record<string, string>>;

/** The durations of the spans with the same labels. */
export class Series {
  readonly attributes: SeriesAttributes;
  /** Number of spans in each bucket, not cumulative. The last bucket has no upper bound. */
  readonly counts: number[];
  /** The sum of all durations, in the unit of the histogram. */
  sum = 0;
  /** The latest kept span of each bucket. Created with the first exemplar. */
  exemplars: (Exemplar | undefined)[] | undefined;

  /**
   * @param attributes the labels
   * @param bounds the upper bounds of the buckets, ascending
   */
  constructor(attributes: SeriesAttributes, bounds: readonly number[]) {
    this.attributes = attributes;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  /** Number of all spans. */
  get count(): number {
    let count = 0;
    for (const each of this.counts) count += each;
    return count;
  }
}
