// The one error type this package throws, and only for mistakes in code: it lists every problem at once.

import type { Diagnostic } from './diagnostic.js';

const BRAND = Symbol.for('@do/trace.error');

/** One mistake: what, where, what was expected, what came, and how to mend it. */
export interface Problem {
  /** Stable and matchable, one of `PROBLEM_CODES`. */
  readonly code: ProblemCode;
  /** Where it stands, as the user wrote it: `sample.ratio`, `exporter[1]`, `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly path: string;
  /** What would have been right. */
  readonly expected: string;
  /** What came instead, shortened and masked. */
  readonly received: string;
  /** The nearest known name, where a name was mistyped. */
  readonly suggestion?: string;
  /** What to do about it, in one sentence. */
  readonly fix?: string;
}

/** Every code a `Problem` can carry, with the fact it states. Callers match the code, people read the fact. */
export const PROBLEM_CODES = {
  unknown_option: 'this option does not exist',
  wrong_type: 'the value has the wrong type',
  out_of_range: 'the number is outside its range',
  unknown_exporter: 'no exporter has this name',
  unknown_propagator: 'no propagator has this name',
  unknown_instrumentation: 'no instrumentation has this name',
  unknown_preset: 'no preset has this name',
  malformed_endpoint: 'the endpoint is not a URL or host',
  grpc_port: 'port 4317 speaks gRPC, this exporter speaks HTTP',
  doubled_path: 'the path /v1/traces stands twice',
  missing_path: 'the URL is used as it stands, and it has no path',
  malformed_headers: 'the header list cannot be read',
  malformed_variable: 'the environment variable cannot be read',
  unsupported_variable: 'the environment variable is not supported',
  unreadable_file: 'the file cannot be read',
  missing_key: 'a key or its setting is missing',
  malformed_key: 'the key does not look like a key of this product',
  unknown_region: 'the product has no region or site of this name',
  conflicting_settings: 'these exclude each other',
} as const;

/** A stable problem code. */
export type ProblemCode = keyof typeof PROBLEM_CODES;

/**
 * A mistake in the options given in code; it lists every problem it found.
 *
 * @example
 * try { init({ servce: 'orders' }); }
 * catch (error) { if (isTraceError(error)) console.error(error.problems[0].suggestion); } // 'service'
 */
export class TraceError extends Error {
  /** The first problem's code. */
  readonly code: ProblemCode;
  /** All problems: options that do not exist first, because the others may follow from them; then in the options' order. */
  declare readonly problems: readonly Problem[];

  constructor(problems: readonly [Problem, ...Problem[]]) {
    super(problems.map(describeProblem).join('\n'));
    this.name = 'TraceError';
    this.code = problems[0].code;
    // Not enumerable: Node would print the list again below the message that tells all of it.
    Object.defineProperties(this, { problems: { value: problems }, [BRAND]: { value: true } });
  }

  /** `instanceof` holds for the other build's class too: the options are checked by one copy for both. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isTraceError(value);
  }
}

/** Tells a `TraceError`, also one that another copy of this package (ESM beside CJS) threw. */
export function isTraceError(error: unknown): error is TraceError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** One line for one problem: code, path, fact, expected, received, and the way out. */
export function describeProblem(problem: Problem): string {
  const { code, suggestion, fix } = problem;
  const hint = suggestion === undefined ? '' : ` Did you mean ${suggestion}?`;
  const out = fix === undefined ? '' : ` ${fix}`;
  return `${code}: ${problemFact(problem)}.${hint}${out}`;
}

/** A problem without its code and its way out: path, fact, expected, received. */
export function problemFact(problem: Problem): string {
  return `${problem.path}: ${PROBLEM_CODES[problem.code]}${comparison(problem)}`;
}

/** A problem of the environment as a diagnostic. */
export function problemDiagnostic(problem: Problem): Diagnostic {
  return {
    code: problem.code,
    message: problemFact(problem),
    fix: problemFix(problem),
    source: problem.path,
  };
}

/** The fix of a problem: the name that was probably meant, then what to do. */
export function problemFix({ path, suggestion, fix }: Problem): string {
  const meant = suggestion === undefined ? [] : [`Write ${suggestion}.`];
  const way = [...meant, ...(fix === undefined ? [] : [fix])];
  return way.length === 0 ? `Correct ${path}.` : way.join(' ');
}

/** Expected and received, without what says nothing: an unknown option is named by its path, and mended by its suggestion. */
function comparison({ code, expected, received, suggestion }: Problem): string {
  if (code !== 'unknown_option') return `; expected ${expected}, got ${received}`;
  return suggestion === undefined ? `; expected ${expected}` : '';
}
