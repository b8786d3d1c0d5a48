// The `sample` option: which traces are kept.

import type { AttributeValue } from '@opentelemetry/api';
import type { SAMPLE_PRESETS, SPAN_KINDS, TRUST_REMOTE } from '../core/known-names.js';

/**
 * A ready-made sampling set-up. `'development'`: everything; `'production'`: one trace in ten, and every trace with an
 * error or slower than a second; `'errors-only'`: the traces with an error; `'off'`: nothing.
 */
export type SamplePreset = (typeof SAMPLE_PRESETS)[number];

/** How far the caller's decision is followed, see `SampleOptions.trustRemote`. */
export type TrustRemote = (typeof TRUST_REMOTE)[number];

/** What a span must look like; all that is given must fit. */
export interface SpanMatch {
  /** The span's name; `*` stands for any characters: `'/health*'`. */
  readonly name?: string;
  /** The span's kind. */
  readonly kind?: (typeof SPAN_KINDS)[number];
  /** The route of an HTTP server span; `*` stands for any characters. */
  readonly route?: string;
  /** Attributes that the span must have with exactly these values. */
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** A ratio for the traces whose root fits; the first rule that fits wins. */
export interface SampleRule extends SpanMatch {
  /** The share of these traces that is kept, from 0 to 1. */
  readonly ratio: number;
}

/** What is kept although the ratio said no, decided when the local root has ended. */
export interface KeepOptions {
  /** Keep every trace in which a span failed. @default false */
  readonly errors?: boolean;
  /** Keep every trace whose local root took longer, in milliseconds. @default none */
  readonly slowerThanMs?: number;
  /** Keep every trace with a span that fits one of these. @default [] */
  readonly match?: readonly SpanMatch[];
  /** Bytes of all traces that wait for their end; over it the oldest are decided early. @default 67108864 (64 MiB) */
  readonly maxBytes?: number;
  /** Traces that wait for their end; over it the oldest are decided early. @default 100000 */
  readonly maxTraces?: number;
  /** Milliseconds that a trace waits for its end before it is decided by what was found so far. @default 60000 */
  readonly maxWaitMs?: number;
}

/**
 * Which traces are kept.
 *
 * @example
 * init({ sample: { ratio: 0.1, rules: [{ name: '/health*', ratio: 0 }], keep: { errors: true, slowerThanMs: 500 } } });
 */
export interface SampleOptions {
  /** The share of traces that is kept, from 0 to 1, decided at the root; children follow their parent. @default 1 */
  readonly ratio?: number;
  /** Ratios for particular roots; the first that fits wins over `ratio`. @default [] */
  readonly rules?: readonly SampleRule[];
  /** Steers the ratio so that about this many traces a second are kept. @default none */
  readonly perSecond?: number;
  /** What is kept although the ratio said no. @default nothing */
  readonly keep?: KeepOptions;
  /**
   * `'sampled'`: follow the caller's decision; `'always'`: record although the caller said no;
   * `'never'`: start a new trace that is linked to the caller's. @default 'sampled'
   */
  readonly trustRemote?: TrustRemote;
}
