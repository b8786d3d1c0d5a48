// The `sample` option: the traces that are kept.

import type { AttributeValue } from '@opentelemetry/api';
import type { SAMPLE_PRESETS, SPAN_KINDS, TRUST_REMOTE } from '../core/known-names.js';

/**
 * Ready-made sampling settings. `'development'`: everything; `'production'`: one trace in ten, and every trace with an
 * error or slower than a second; `'errors-only'`: the traces with an error; `'off'`: nothing.
 */
export type SamplePreset = (typeof SAMPLE_PRESETS)[number];

/** The effect of the caller's decision, see `SampleOptions.trustRemote`. */
export type TrustRemote = (typeof TRUST_REMOTE)[number];

/** Conditions on a span. All of them must match. */
export interface SpanMatch {
  /** The span's name; `*` matches any characters: `'/health*'`. */
  readonly name?: string;
  /** The span's kind. */
  readonly kind?: (typeof SPAN_KINDS)[number];
  /** The route of an HTTP server span; `*` matches any characters. */
  readonly route?: string;
  /** Attributes that the span must have with exactly these values. */
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** A ratio for the traces whose root matches. The first rule that matches applies. */
export interface SampleRule extends SpanMatch {
  /** The share of these traces that is kept, from 0 to 1. */
  readonly ratio: number;
}

/** The traces that are kept beyond the ratio, decided when the local root has ended. */
export interface KeepOptions {
  /** Keep every trace in which a span failed. @default false */
  readonly errors?: boolean;
  /** Keep every trace whose local root took longer, in milliseconds. @default none */
  readonly slowerThanMs?: number;
  /** Keep every trace with a span that matches one of these. @default [] */
  readonly match?: readonly SpanMatch[];
  /** Bytes of all undecided traces; beyond it the oldest are decided early. @default 67108864 (64 MiB) */
  readonly maxBytes?: number;
  /** The number of undecided traces; beyond it the oldest are decided early. @default 100000 */
  readonly maxTraces?: number;
  /** Milliseconds until an undecided trace is decided by the spans that have ended. @default 60000 */
  readonly maxWaitMs?: number;
}

/**
 * The traces that are kept.
 *
 * @example
 * init({ sample: { ratio: 0.1, rules: [{ name: '/health*', ratio: 0 }], keep: { errors: true, slowerThanMs: 500 } } });
 */
export interface SampleOptions {
  /** The share of traces that is kept, from 0 to 1, decided at the root; children follow their parent. @default 1 */
  readonly ratio?: number;
  /** Ratios for particular roots; the first that matches takes precedence over `ratio`. @default [] */
  readonly rules?: readonly SampleRule[];
  /** Adapts the ratio so that about this many traces a second are kept. @default none */
  readonly perSecond?: number;
  /** The traces that are kept beyond the ratio. @default nothing */
  readonly keep?: KeepOptions;
  /**
   * `'sampled'`: follow the caller's decision; `'always'`: record although the caller did not sample;
   * `'never'`: start a new trace that is linked to the caller's. @default 'sampled'
   */
  readonly trustRemote?: TrustRemote;
}
