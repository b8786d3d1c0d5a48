// What a fleet keeps, as policies of the Collector's tail sampling processor.
// https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/tailsamplingprocessor

/** What shall be kept; a trace is kept when one of these says so. */
export interface KeepCriteria {
  /** Every trace in which a span failed. */
  readonly errors: boolean;
  /** Every trace that took longer, in milliseconds; 0 for none. */
  readonly slowerThanMs: number;
  /** Every trace with a span of one of these names; `*` stands for any characters. */
  readonly names: readonly string[];
  /** The share of the others, 0 to 1. */
  readonly ratio: number;
}

/** A policy as the Collector reads it. */
export interface CollectorPolicy {
  readonly name: string;
  readonly type: string;
  readonly [settings: string]: unknown;
}

/** The policies, in the order in which people read them. */
export function toCollectorPolicies({ errors, slowerThanMs, names, ratio }: KeepCriteria): CollectorPolicy[] {
  return [
    ...(errors ? [{ name: 'errors', type: 'status_code', status_code: { status_codes: ['ERROR'] } }] : []),
    ...(slowerThanMs > 0 ? [{ name: 'slow', type: 'latency', latency: { threshold_ms: slowerThanMs } }] : []),
    ...(names.length > 0
      ? [
          {
            name: 'names',
            type: 'ottl_condition',
            ottl_condition: { error_mode: 'ignore', span: names.map(nameCondition) },
          },
        ]
      : []),
    ...(ratio > 0
      ? [{ name: 'share', type: 'probabilistic', probabilistic: { sampling_percentage: percent(ratio) } }]
      : []),
  ];
}

function nameCondition(glob: string): string {
  if (!glob.includes('*')) return `span.name == "${quoted(glob)}"`;
  const expression = glob
    .split('*')
    .map(part => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('.*');
  return `IsMatch(span.name, "${quoted(`(?s)^${expression}$`)}")`;
}

/** As a string literal of the transformation language takes it, in a configuration in which `$$` stands for `$`. */
function quoted(text: string): string {
  return text.replace(/["\\]/g, '\\$&').replaceAll('$', '$$$$');
}

/** Without the digits that binary fractions bring along: 0.07 is 7 %, not 7.000000000000001 %. */
function percent(ratio: number): number {
  return Number((ratio * 100).toPrecision(12));
}
