// The data model of a trace after reading: plain data, the same for every input format.

/** The value of an attribute. Integers that a number cannot hold exactly are bigint. Bytes stay bytes. */
export type AttributeValue =
  | string
  | number
  | boolean
  | bigint
  | null
  | Uint8Array
  | AttributeValue[]
  | { [key: string]: AttributeValue };

/** Attributes by key. */
export type Attributes = Record<string, AttributeValue>;

/** The role of a span in its trace. OTLP's "unspecified" is read as internal. */
export type Kind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** The status that the instrumentation set on a span. */
export interface Status {
  readonly code: 'unset' | 'ok' | 'error';
  readonly message?: string;
}

/** An event at one moment of a span. */
export interface SpanEvent {
  readonly name: string;
  /** Nanoseconds since the trace's `epochNs`. */
  readonly time: number;
  readonly attributes: Attributes;
}

/** A reference to a span of this or another trace. */
export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Attributes;
}

/** One span with its parent and children in the tree. */
export interface SpanNode {
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** The parent that the span names, whether or not that parent arrived. */
  readonly parentSpanId?: string;
  readonly name: string;
  /** `service.name` of the process that recorded it, or `unknown_service`. */
  readonly service: string;
  readonly kind: Kind;
  /** Nanoseconds since the trace's `epochNs`. */
  readonly start: number;
  /** Nanoseconds since the trace's `epochNs`; never before `start`. */
  readonly end: number;
  readonly status: Status;
  readonly attributes: Attributes;
  readonly events: SpanEvent[];
  readonly links: SpanLink[];
  /** The parent in the tree. A root has none. */
  parent?: SpanNode;
  /** Ordered by start. */
  readonly children: SpanNode[];
}

/** All spans of one trace id as a tree, or as several trees if spans are missing. */
export interface Trace {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** The earliest start of any span, nanoseconds since the Unix epoch. */
  readonly epochNs: bigint;
  /** Every span, ordered by start. */
  readonly spans: SpanNode[];
  /** Spans without a parent in this trace, ordered by start. */
  readonly roots: SpanNode[];
  /** Each service once, in the order of its first span. */
  readonly services: string[];
  /** Defects of the data, span by span. */
  readonly problems: Problem[];
}

/** Every code that a `Problem` of a trace can carry, with the fact behind it. */
export const PROBLEMS = {
  missing_parent: 'its parent did not arrive',
  duplicate_span: 'another span has the same id',
  parent_cycle: 'its parents lead back to itself',
  negative_duration: 'it ends before it starts',
  invalid_span: 'its ids are malformed or zero',
  torn_line: 'the last line of the file is cut off',
} as const;

/** A stable problem code. */
export type ProblemCode = keyof typeof PROBLEMS;

/** A defect in the data of a trace. */
export interface Problem {
  readonly code: ProblemCode;
  /** The span that has the defect, if it is a single span. */
  readonly spanId?: string;
  /** The fact in one sentence. */
  readonly message: string;
}

/** One span from a reader, before it is part of a tree. Times are nanoseconds since the Unix epoch. */
export interface FlatSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly service: string;
  readonly kind: Kind;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly status: Status;
  readonly attributes: Attributes;
  readonly events: readonly FlatEvent[];
  readonly links: readonly SpanLink[];
}

/** An event from a reader. */
export interface FlatEvent {
  readonly name: string;
  readonly timeNs: bigint;
  readonly attributes: Attributes;
}
