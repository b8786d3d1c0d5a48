// The doctor's report: from the plain shape to a page for people, or to JSON.
//
//   The way to otlp
//     ✓ dns         localhost is 127.0.0.1
//     ✗ connection  nobody listens at http://localhost:4318/v1/traces
//              why  This is where spans go while nobody says otherwise …
//              fix  Start 'npx @do/trace view' …

import type { Check } from '../core/check.js';
import type { CheckReport } from '../index.js';
import { VERSION } from '../core/version.js';
import { formatConfig } from './doctor-config.js';
import { wrapWords, createReportStyles, type ReportStyles } from './wrap-words.js';

/** How it is printed. */
export interface ReportOptions {
  /** Columns. */
  readonly width: number;
  readonly color: boolean;
  /** The set-up came from a file of the application. */
  readonly isImported: boolean;
}

const MARKS = { ok: '✓', warning: '!', error: '✗', skipped: '·' } as const;
const MAX_WIDTH = 100;
/** The mark of a check and the blanks around it. */
const MARGIN = 4;

/** Whether nothing at all is wrong: no errors, and no warnings either. */
export function isAllGood({ checks }: Pick<CheckReport, 'checks'>): boolean {
  return checks.every(({ status }) => status === 'ok' || status === 'skipped');
}

/** The report as JSON on one line. */
export function formatJsonReport(report: CheckReport): string {
  return JSON.stringify({ allGood: isAllGood(report), ...report });
}

/** The report as a page for people, with a line end behind it. */
export function formatReport(report: CheckReport, { width, color, isImported }: ReportOptions): string {
  const columns = Math.min(width, MAX_WIDTH);
  const paint = createReportStyles(color);
  const { checks, config } = report;
  const setUp = checks.filter(
    ({ name, steps, status }) => steps === undefined && !(name === 'init' && status === 'ok'),
  );
  const ways = checks.filter(({ steps }) => steps !== undefined);
  const lines: string[] = ['', `${paint.strong('trace doctor')} ${paint.faint(`@do/trace ${VERSION}`)}`];
  const section = (title: string, body: readonly string[]): void => {
    if (body.length > 0) lines.push('', paint.strong(title), ...body);
  };
  if (config !== undefined) section('Configuration', formatConfig(config, columns, paint, isImported));
  section('Set-up', formatChecks(setUp, columns, paint));
  for (const { name, steps = [] } of ways) section(`The way to ${name}`, formatChecks(steps, columns, paint));
  lines.push('', formatConclusion(checks, paint));
  if (!isImported && !report.ok) {
    const hint =
      'Options given to init() in code are not seen here: trace doctor --import FILE loads the file that calls it.';
    lines.push('', ...wrapWords(hint, columns).map(paint.faint));
  }
  return `${lines.join('\n')}\n`;
}

function formatChecks(checks: readonly Check[], width: number, paint: ReportStyles): string[] {
  const pad = Math.max(3, ...checks.map(({ name }) => name.length));
  const row = (head: string, text: string, style: (line: string) => string): string[] => {
    const indent = MARGIN + pad + 2;
    const [first = '', ...rest] = wrapWords(text, width - indent);
    return [`${head}  ${style(first)}`, ...rest.map(line => `${' '.repeat(indent)}${style(line)}`)];
  };
  const aside = (label: string, text: string | undefined, style: (line: string) => string): string[] =>
    text === undefined ? [] : row(`${' '.repeat(MARGIN)}${paint.faint(label.padStart(pad))}`, text, style);
  return checks.flatMap(({ name, status, message, why, fix }) => [
    ...row(
      `  ${paint[status](MARKS[status])} ${paint.faint(name.padEnd(pad))}`,
      message,
      styleOf(status, paint),
    ),
    ...(status === 'ok' || status === 'skipped'
      ? []
      : [...aside('why', why, paint.faint), ...aside('fix', fix, plain)]),
  ]);
}

function styleOf(status: Check['status'], paint: ReportStyles): (line: string) => string {
  if (status === 'skipped') return paint.faint;
  return status === 'ok' ? plain : paint.strong;
}

function plain(line: string): string {
  return line;
}

/** The faults of a check: those of its steps, where it has any. */
function listFaults(check: Check): readonly Check[] {
  const { name, status, steps } = check;
  if (steps === undefined) return status === 'error' || status === 'warning' ? [check] : [];
  return steps.flatMap(step => listFaults(step)).map(step => ({ ...step, name: `${name}, ${step.name}` }));
}

function formatConclusion(checks: readonly Check[], paint: ReportStyles): string {
  const faults = checks.flatMap(listFaults);
  const errors = faults.filter(({ status }) => status === 'error').length;
  const warnings = faults.length - errors;
  if (faults.length === 0) return `${paint.ok('✓')} ${paint.strong('All good.')}`;
  const counted = [
    ...(errors === 0 ? [] : [`${errors} ${errors === 1 ? 'error' : 'errors'}`]),
    ...(warnings === 0 ? [] : [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`]),
  ].join(', ');
  const worst = errors === 0 ? 'warning' : 'error';
  const names = [...new Set(faults.filter(({ status }) => status === worst).map(({ name }) => name))];
  return `${paint[worst](MARKS[worst])} ${paint.strong(`${counted}:`)} ${names.join('; ')}`;
}
