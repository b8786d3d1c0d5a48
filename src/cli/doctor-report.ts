// Formats the doctor's report: as a page of text, or as JSON.
//
//   Exporter otlp
//     ✓ dns         localhost is 127.0.0.1
//     ✗ connection  no OTLP receiver at http://localhost:4318/v1/traces [receiver_unreachable]
//              why  This is the default endpoint …
//              fix  Start one with "npx @do/trace view" …

import type { Check, CheckReport, CheckStatus } from '../core/check.js';
import { pluralize } from '../core/pluralize.js';
import { VERSION } from '../core/version.js';
import { formatConfig } from './doctor-config.js';
import { type ReportStyles, selectReportStyles } from './report-styles.js';
import { wrapWords } from './wrap-words.js';

/** The options of the page. */
export interface ReportOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
  /** Whether a file of the application called `init()`. */
  readonly isImported: boolean;
}

const MARKS = { ok: '✓', warning: '!', error: '✗', skipped: '·' } as const;
const MAX_WIDTH = 100;
/** Columns of the mark of a check and the spaces around it. */
const MARK_COLUMNS = 4;
const IMPORT_HINT =
  'Options that code passes to init() are not checked. To check them, run "trace doctor --import FILE" with the file ' +
  'that calls init().';

/** Whether there is no error and no warning. */
export function isAllGood({ checks }: Pick<CheckReport, 'checks'>): boolean {
  return checks.every(({ status }) => status === 'ok' || status === 'skipped');
}

/** Formats the report as JSON on one line. */
export function formatJsonReport(report: CheckReport): string {
  return JSON.stringify({ schema: 1, allGood: isAllGood(report), ...report });
}

/** Formats the report as a page of text that ends with a line feed. */
export function formatReport(report: CheckReport, { width, color, isImported }: ReportOptions): string {
  const columns = Math.min(width, MAX_WIDTH);
  const styles = selectReportStyles(color);
  const { checks, config } = report;
  const setUpChecks = checks.filter(
    ({ name, steps, status }) => steps === undefined && !(name === 'init' && status === 'ok'),
  );
  const exporterChecks = checks.filter(({ steps }) => steps !== undefined);
  const lines: string[] = ['', `${styles.strong('trace doctor')} ${styles.faint(`@do/trace ${VERSION}`)}`];
  const addSection = (title: string, body: readonly string[]): void => {
    if (body.length > 0) lines.push('', styles.strong(title), ...body);
  };
  if (config !== undefined) addSection('Configuration', formatConfig(config, columns, styles, isImported));
  addSection('Set-up', formatChecks(setUpChecks, columns, styles));
  for (const { name, steps = [] } of exporterChecks) {
    addSection(`Exporter ${name}`, formatChecks(steps, columns, styles));
  }
  lines.push('', ...formatConclusion(checks, columns, styles));
  if (!isImported && !report.ok) {
    lines.push('', ...wrapWords(IMPORT_HINT, columns).map(styles.faint));
  }
  return `${lines.join('\n')}\n`;
}

function formatChecks(checks: readonly Check[], width: number, styles: ReportStyles): string[] {
  const nameColumns = Math.max(3, ...checks.map(({ name }) => name.length));
  const indent = MARK_COLUMNS + nameColumns + 2;
  const formatRow = (label: string, text: string, style: (line: string) => string): string[] => {
    const [first = '', ...rest] = wrapWords(text, width - indent);
    return [`${label}  ${style(first)}`, ...rest.map(line => `${' '.repeat(indent)}${style(line)}`)];
  };
  const formatDetail = (
    label: string,
    text: string | undefined,
    style: (line: string) => string,
  ): string[] => {
    if (text === undefined) return [];
    return formatRow(`${' '.repeat(MARK_COLUMNS)}${styles.faint(label.padStart(nameColumns))}`, text, style);
  };
  return checks.flatMap(check => {
    const { name, status, why, fix } = check;
    const [mark, style] = isKnownStatus(status)
      ? [MARKS[status], styles[status]]
      : [MARKS.skipped, styles.skipped];
    const label = `  ${style(mark)} ${styles.faint(name.padEnd(nameColumns))}`;
    return [
      ...formatRow(label, formatMessage(check), selectMessageStyle(status, styles)),
      ...(isFault(check)
        ? [...formatDetail('why', why, styles.faint), ...formatDetail('fix', fix, line => line)]
        : []),
    ];
  });
}

/** An exporter of the application may return another status. It is shown like a skipped check. */
function isKnownStatus(status: CheckStatus): status is keyof typeof MARKS {
  return Object.hasOwn(MARKS, status);
}

/** The message, and the code of a check that is not ok. */
function formatMessage({ status, message, code }: Check): string {
  return status === 'ok' || code === undefined ? message : `${message} [${code}]`;
}

function selectMessageStyle(status: CheckStatus, styles: ReportStyles): (line: string) => string {
  if (status === 'skipped') return styles.faint;
  return status === 'ok' ? line => line : styles.strong;
}

function isFault({ status }: Check): boolean {
  return status === 'error' || status === 'warning';
}

/** The errors and warnings of a check, or of its steps if it has any, with the names to show. */
function listFaults(check: Check): readonly Check[] {
  const { name, steps } = check;
  if (steps === undefined) return isFault(check) ? [check] : [];
  return steps.flatMap(step => listFaults(step)).map(step => ({ ...step, name: `${name} ${step.name}` }));
}

/** The last line: `✗ 1 error (otlp request), 1 warning (variables)`. */
function formatConclusion(checks: readonly Check[], width: number, styles: ReportStyles): string[] {
  const faults = checks.flatMap(listFaults);
  if (faults.length === 0) return [`${styles.ok(MARKS.ok)} ${styles.strong('All good.')}`];
  const counts = (['error', 'warning'] as const).flatMap(severity => {
    const found = faults.filter(({ status }) => status === severity);
    const names = [...new Set(found.map(({ name }) => name))].join(', ');
    return found.length === 0 ? [] : [`${pluralize(found.length, severity)} (${names})`];
  });
  const severity = faults.some(({ status }) => status === 'error') ? 'error' : 'warning';
  const [first = '', ...rest] = wrapWords(counts.join(', '), width - 2);
  return [
    `${styles[severity](MARKS[severity])} ${styles.strong(first)}`,
    ...rest.map(line => `  ${styles.strong(line)}`),
  ];
}
