// The error that this package throws, for mistakes in code only. It lists every problem.

import type { Diagnostic } from './diagnostic.js';
import type { DiagnosticCode } from './diagnostic-codes.js';
import { getOwn } from './known-names.js';
import { OPTION_PROBLEM_CODES, type OptionProblemCode } from './problem-codes.js';

const BRAND = Symbol.for('@do/trace.error');

/** One mistake in an option or a variable. */
export interface OptionProblem {
  /** Stable and matchable, one of the codes in `docs/diagnostics.md`. */
  readonly code: OptionProblemCode;
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

/**
 * An error for mistakes in the options of a call. It lists every problem.
 *
 * @example
 * try { init({ servce: 'orders' }); }
 * catch (error) { if (isTraceError(error)) console.error(error.problems[0].suggestion); } // 'service'
 */
export class TraceError extends Error {
  /** The first problem's code. */
  readonly code: OptionProblemCode;
  /** All problems: unknown options first, because other problems may follow from them; then in the order of the options. */
  declare readonly problems: readonly OptionProblem[];

  constructor(problems: readonly [OptionProblem, ...OptionProblem[]]) {
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
export function describeProblem(problem: OptionProblem): string {
  const { code, suggestion, fix } = problem;
  const hint = suggestion === undefined ? '' : ` Did you mean ${suggestion}?`;
  const fixText = fix === undefined ? '' : ` ${fix}`;
  return `${code}: ${formatProblemFact(problem)}.${hint}${fixText}`;
}

/** Formats the fact of a problem: path, fact, expected, received. */
export function formatProblemFact(problem: OptionProblem): string {
  // The problems of another version of this package may have other codes.
  const fact = getOwn<string>(OPTION_PROBLEM_CODES, problem.code) ?? problem.code;
  return `${problem.path}: ${fact}${formatComparison(problem)}`;
}

/** A problem that is reported and not thrown, as a diagnostic. */
export function createProblemDiagnostic(problem: OptionProblem): Diagnostic {
  return {
    // A problem that this copy reports has a code of its table.
    code: problem.code as DiagnosticCode,
    message: formatProblemFact(problem),
    fix: formatProblemFix(problem),
    source: problem.path,
  };
}

/** Formats the fix of a problem: the consequence or the repair, then the name that was probably meant. */
export function formatProblemFix({ path, suggestion, fix }: OptionProblem): string {
  const sentences = fix === undefined ? [] : [fix];
  if (suggestion !== undefined) sentences.push(`Write ${suggestion}.`);
  return sentences.length === 0 ? `Correct ${path}.` : sentences.join(' ');
}

/** Formats expected and received, without what adds nothing: the path names an unknown option, and a missing key has no value. */
function formatComparison({ code, expected, received, suggestion }: OptionProblem): string {
  if (code === 'unknown_option' && suggestion !== undefined) return '';
  const hasReceived = code !== 'unknown_option' && code !== 'missing_key';
  return hasReceived ? `; expected ${expected}, got ${received}` : `; expected ${expected}`;
}
