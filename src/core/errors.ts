// The error that this package throws, for mistakes in code only. It lists every problem.

import type { Diagnostic } from './diagnostic.js';

const BRAND = Symbol.for('@do/trace.error');

/** One mistake in an option or a variable. */
export interface Problem {
  /** Stable and matchable, one of `PROBLEM_CODES`. */
  readonly code: ProblemCode;
  /** The option or variable, as the user wrote it: `sample.ratio`, `exporter[1]`, `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly path: string;
  /** The accepted values. */
  readonly expected: string;
  /** The refused value, shortened and masked. */
  readonly received: string;
  /** The nearest known name, for a mistyped name. */
  readonly suggestion?: string;
  /** The fix, in one sentence. */
  readonly fix?: string;
}

/** Every code of a `Problem`, with the fact it reports. Programs compare the code; the fact is for readers. */
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
  doubled_path: 'the path /v1/traces is there twice',
  missing_path: 'the URL is used without a change, and it has no path',
  malformed_headers: 'the header list cannot be read',
  malformed_variable: 'the environment variable cannot be read',
  unsupported_variable: 'the environment variable is not supported',
  unreadable_file: 'the file cannot be read',
  missing_key: 'a key or its setting is missing',
  malformed_key: 'the key does not look like a key of this product',
  unknown_region: 'the product has no region or site of this name',
  conflicting_settings: 'these settings exclude each other',
} as const;

/** A stable problem code. */
export type ProblemCode = keyof typeof PROBLEM_CODES;

/**
 * An error for mistakes in the options of a call. It lists every problem.
 *
 * @example
 * try { init({ servce: 'orders' }); }
 * catch (error) { if (isTraceError(error)) console.error(error.problems[0].suggestion); } // 'service'
 */
export class TraceError extends Error {
  /** The first problem's code. */
  readonly code: ProblemCode;
  /** All problems: unknown options first, because other problems may follow from them; then in the order of the options. */
  declare readonly problems: readonly Problem[];

  constructor(problems: readonly [Problem, ...Problem[]]) {
    super(problems.map(describeProblem).join('\n'));
    this.name = 'TraceError';
    this.code = problems[0].code;
    // Not enumerable: Node would print the list again below a message that already has it.
    Object.defineProperties(this, { problems: { value: problems }, [BRAND]: { value: true } });
  }

  /** `instanceof` is also true for the class of the other build (ESM or CJS), because one copy checks the options for both. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isTraceError(value);
  }
}

/** Whether a value is a `TraceError`, also of another copy of this package (ESM beside CJS). */
export function isTraceError(error: unknown): error is TraceError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** Formats a problem as one line: code, path, fact, expected, received and fix. */
export function describeProblem(problem: Problem): string {
  const { code, suggestion, fix } = problem;
  const hint = suggestion === undefined ? '' : ` Did you mean ${suggestion}?`;
  const out = fix === undefined ? '' : ` ${fix}`;
  return `${code}: ${problemFact(problem)}.${hint}${out}`;
}

/** Formats the fact of a problem: path, fact, expected, received. */
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

/** Formats expected and received. An unknown option needs neither: its path names it and the suggestion fixes it. */
function comparison({ code, expected, received, suggestion }: Problem): string {
  if (code !== 'unknown_option') return `; expected ${expected}, got ${received}`;
  return suggestion === undefined ? `; expected ${expected}` : '';
}
