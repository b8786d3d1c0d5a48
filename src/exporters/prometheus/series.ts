// One histogram: the durations of the spans that share name, kind and status. Its count is the number of calls.

/** A span that stands for the others of its bucket; it is kept, so the trace can be looked up. */
export interface Exemplar {
  traceId: string;
  spanId: string;
  /** The span's duration, in the histogram's unit. */
  value: number;
  /** When it was counted, in milliseconds since the epoch. */
  timeMs: number;
}

/** What a series is told apart by, under OpenTelemetry's names. */
export type SeriesAttributes = Readonly<Record<string, string>>;

/** The durations of one kind of span. */
export class Series {
  readonly attributes: SeriesAttributes;
  /** Spans by bucket, not cumulative; the last place is for those beyond every bound. */
  readonly counts: number[];
  /** All durations together, in the histogram's unit. */
  sum = 0;
  /** The latest kept span by bucket; made with the first one. */
  exemplars: (Exemplar | undefined)[] | undefined;

  constructor(attributes: SeriesAttributes, bounds: readonly number[]) {
    this.attributes = attributes;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  /** How many spans were counted. */
  get count(): number {
    let count = 0;
    for (const each of this.counts) count += each;
    return count;
  }
}
