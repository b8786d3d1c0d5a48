// The policies of the Collector's tail sampling processor for the traces to keep.
// Source: https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/tailsamplingprocessor

/** The traces to keep. A trace is kept if one of the criteria matches. */
export interface KeepCriteria {
  /** Whether to keep every trace in which a span failed. */
  readonly errors: boolean;
  /** Every trace that took longer is kept. 0 for none. */
  readonly slowerThanMs: number;
  /** Every trace with a span of one of these names is kept. `*` matches any characters. */
  readonly names: readonly string[];
  /** The share of all traces to keep, 0 to 1. */
  readonly ratio: number;
}

/** A policy in the configuration of the Collector. */
export interface CollectorPolicy {
  readonly name: string;
  readonly type: string;
  readonly [settings: string]: unknown;
}

/** Converts criteria to policies. A criterion that keeps nothing has no policy. */
export function toCollectorPolicies({ errors, slowerThanMs, names, ratio }: KeepCriteria): CollectorPolicy[] {
  return [
    ...(errors ? [{ name: 'errors', type: 'status_code', status_code: { status_codes: ['ERROR'] } }] : []),
    ...(slowerThanMs > 0 ? [{ name: 'slow', type: 'latency', latency: { threshold_ms: slowerThanMs } }] : []),
    ...(names.length > 0
      ? [
          {
            name: 'names',
            type: 'ottl_condition',
            ottl_condition: { error_mode: 'ignore', span: names.map(formatNameCondition) },
          },
        ]
      : []),
    ...(ratio > 0
      ? [{ name: 'share', type: 'probabilistic', probabilistic: { sampling_percentage: toPercent(ratio) } }]
      : []),
  ];
}

/** A condition in OTTL, the transformation language of the Collector. */
function formatNameCondition(glob: string): string {
  if (!glob.includes('*')) return `span.name == "${escapeLiteral(glob)}"`;
  const expression = glob
    .split('*')
    .map(part => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('.*');
  return `IsMatch(span.name, "${escapeLiteral(`(?s)^${expression}$`)}")`;
}

/** Escapes a text for a string literal of OTTL, in a configuration of the Collector that reads `$$` as `$`. */
function escapeLiteral(text: string): string {
  return text.replace(/["\\]/g, '\\$&').replaceAll('$', '$$$$');
}

/** Rounds off the digits of binary fractions: 0.07 is 7 %, not 7.000000000000001 %. */
function toPercent(ratio: number): number {
  return Number((ratio * 100).toPrecision(12));
}
