// The `sample` option: the traces that are kept.

import type { Attributes, AttributeValue, SpanKind } from '@opentelemetry/api';
import type { SAMPLE_PRESETS, SPAN_KINDS } from '../core/known-names.js';
import type { Sampler } from '../core/sdk-types.js';

/**
 * Ready-made sampling settings. `'development'`: everything; `'production'`: one trace in ten, and every trace with an
 * error or slower than a second; `'errors-only'`: the traces with an error; `'off'`: nothing.
 */
export type SamplePreset = (typeof SAMPLE_PRESETS)[number];

/** The root of a trace, as far as it is known at its start. */
export interface SampledRoot {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Readonly<Attributes>;
}

/**
 * Returns the share of traces with such a root that is kept, from 0 to 1.
 *
 * @example
 * init({ sample: span => (span.attributes['tenant'] === 'acme' ? 1 : 0.01) });
 */
export type SampleFunction = (span: SampledRoot) => number;

/**
 * The `sample` option: a share from 0 to 1, a preset, options, a function that returns the share for a root, or a sampler of
 * OpenTelemetry.
 */
export type SampleOption = number | SamplePreset | SampleOptions | SampleFunction | Sampler;

/** Conditions on a span. All of them must match. */
export interface SpanMatch {
  /** The span's name; `*` matches any characters: `'/health*'`. */
  readonly name?: string | undefined;
  /** The span's kind. */
  readonly kind?: (typeof SPAN_KINDS)[number] | undefined;
  /** The route of an HTTP server span; `*` matches any characters. */
  readonly route?: string | undefined;
  /** Attributes that the span must have with exactly these values. */
  readonly attributes?: Readonly<Record<string, AttributeValue>> | undefined;
}

/** A ratio for the traces whose root matches. The first rule that matches applies. */
export interface SampleRule extends SpanMatch {
  /** The share of these traces that is kept, from 0 to 1. */
  readonly ratio: number;
}

/** The traces that are kept beyond the ratio, decided when the local root has ended. */
export interface KeepOptions {
  /** Keep every trace in which a span failed. @default false */
  readonly errors?: boolean | undefined;
  /** Keep every trace whose local root took longer, in milliseconds. @default none */
  readonly slowerThanMs?: number | undefined;
  /** Keep every trace with a span that matches one of these. @default [] */
  readonly match?: readonly SpanMatch[] | undefined;
  /** Bytes of all undecided traces; beyond it the oldest are decided early. @default 67108864 (64 MiB) */
  readonly maxBytes?: number | undefined;
  /** The number of undecided traces; beyond it the oldest are decided early. @default 100000 */
  readonly maxTraces?: number | undefined;
  /** Milliseconds until an undecided trace is decided by the spans that have ended. @default 60000 */
  readonly maxWaitMs?: number | undefined;
}

/**
 * The traces that are kept.
 *
 * @example
 * init({ sample: { ratio: 0.1, rules: [{ name: '/health*', ratio: 0 }], keep: { errors: true, slowerThanMs: 500 } } });
 */
export interface SampleOptions {
  /** The share of traces that is kept, from 0 to 1, decided at the root; children follow their parent. @default 1 */
  readonly ratio?: number | undefined;
  /** Ratios for particular roots; the first that matches takes precedence over `ratio`. @default [] */
  readonly rules?: readonly SampleRule[] | undefined;
  /** Adapts the ratio so that about this many traces a second are kept. @default none */
  readonly perSecond?: number | undefined;
  /** The traces that are kept beyond the ratio. @default nothing */
  readonly keep?: KeepOptions | undefined;
  /**
   * Whether the sampling decision of a remote caller is followed. With `false`, spans are recorded although the caller was not
   * sampled, which helps behind proxies that never sample. @default true
   */
  readonly followRemote?: boolean | undefined;
}
