// A trace as a tree for the terminal:
//
//   trace 5b8efff798038103d269b633813fc60c  1.24 s  4 spans  3 services  1 error
//   ✗ gateway POST /orders             1.24 s         ██████████
//   ├ orders reserve                   12.3 ms    1%  █
//   └ ✗ payment charge                  1.1 s    89%   █████████ ◀ slowest
//     ✗ TimeoutError: no answer from the database within 1000 ms
//
// First the rows are computed (model.ts), then laid out in columns, then padded, and coloured last.

import { pluralize } from '../core/pluralize.js';
import { summarize, type TraceSummary, type TreeRow, treeRows } from './tree-rows.js';
import { displayWidth, truncate, formatDuration, sanitizeForTerminal, padToWidth, wrapText } from './terminal-text.js';
import { type Problem, type ProblemCode, PROBLEMS, type Trace } from './types.js';

/** How a tree is printed. */
export interface RenderOptions {
  /** Columns of the terminal; at least 40 are used. @default 80 */
  readonly width?: number;
  /** Whether to colour, by ANSI escape sequences. @default false */
  readonly color?: boolean;
  /** Spans that are printed at most; the rest is counted in one line. @default 1000 */
  readonly maxSpans?: number;
}

const MIN_WIDTH = 40;
const MARK = '◀ slowest';
/** Duration (8), share (4) and the spaces before them. */
const NUMBERS = 15;
/** A mark and the space before it. */
const MARK_COLUMNS = MARK.length + 1;
const MIN_BAR = 8;
const MAX_BAR = 30;
/** Errors longer than this many lines are cut. */
const ERROR_LINES = 4;

type Paint = (text: string) => string;
type Palette = Readonly<Record<'dim' | 'bold' | 'service' | 'error' | 'slow', Paint>>;

/**
 * The trace as a text tree: service, span, duration, share of its parent's time, errors where they began,
 * the slowest child of each parent that has several.
 *
 * @param trace as `readTraces` gives it
 * @returns lines, each ended by a line feed; none wider than `width`
 * @example
 * process.stdout.write(renderTree(trace, { width: process.stdout.columns, color: true }));
 */
export function renderTree(trace: Trace, options: RenderOptions = {}): string {
  const { color = false, maxSpans = 1_000 } = options;
  const width = Math.max(MIN_WIDTH, Math.floor(options.width ?? 80));
  const paint = color ? COLORED : PLAIN;
  const summary = summarize(trace);
  const rows = treeRows(trace);
  const shown = rows.slice(0, maxSpans);
  const lines = [headline(summary, width, paint), ...treeLines(shown, summary, width, paint)];
  if (shown.length < rows.length) lines.push(paint.dim(truncate(hiddenLine(rows.slice(shown.length)), width)));
  for (const line of problemLines(trace.problems)) {
    for (const part of wrapText(line, width, 2)) lines.push(paint.slow(part));
  }
  return `${lines.join('\n')}\n`;
}

function headline(summary: TraceSummary, width: number, paint: Palette): string {
  const parts = [
    `trace ${summary.traceId}`,
    formatDuration(summary.durationNs),
    pluralize(summary.spanCount, 'span'),
    pluralize(summary.services.length, 'service'),
    ...(summary.errorCount === 0 ? [] : [pluralize(summary.errorCount, 'error')]),
  ];
  return paint.bold(truncate(parts.join('  '), width));
}

function treeLines(rows: readonly TreeRow[], summary: TraceSummary, width: number, paint: Palette): string[] {
  const indent = indentation(Math.floor((width - NUMBERS - MARK_COLUMNS) / 2));
  const labels = rows.map(row => ({ row, ...indent(row), ...label(row) }));
  const needed = labels.reduce(
    (most, { prefix, text }) => Math.max(most, displayWidth(prefix) + displayWidth(text)),
    0,
  );
  const left = Math.min(needed, width - NUMBERS - MARK_COLUMNS);
  const spare = Math.min(MAX_BAR, width - NUMBERS - MARK_COLUMNS - left - 2);
  const lines: string[] = [];
  for (const { row, prefix, below, text, service } of labels) {
    const name = padToWidth(truncate(text, left - displayWidth(prefix)), left - displayWidth(prefix));
    const line = [
      paint.dim(prefix),
      paintName(name, row, service, paint),
      numbers(row),
      spare < MIN_BAR ? '' : `  ${bar(row, summary.durationNs, spare)}`,
      row.slowest ? ` ${paint.slow(MARK)}` : '',
    ];
    lines.push(line.join('').trimEnd());
    if (row.error?.began === true) {
      for (const part of wrapText(`✗ ${errorText(row.error)}`, width - displayWidth(below), ERROR_LINES)) {
        lines.push(paint.dim(below) + paint.error(part));
      }
    }
  }
  return lines;
}

/** What stands before a row and before the lines below it; too deep ones lose their left part to `…`. */
function indentation(columns: number): (row: TreeRow) => { readonly prefix: string; readonly below: string } {
  const levels = Math.max(1, Math.floor(columns / 2) - 1);
  // The last `levels` of the current branch: "│ " where a sibling follows, else two spaces.
  const rails: string[] = [];
  return row => {
    rails.length = Math.min(rails.length, row.depth);
    const from = Math.max(1, row.depth - levels + 1);
    const cutOff = from > 1 ? '… ' : '';
    const before = cutOff + rails.slice(from, row.depth).join('');
    const rail = row.last ? '  ' : '│ ';
    rails[row.depth] = rail;
    if (row.depth === 0) return { prefix: '', below: '' };
    return { prefix: `${before}${row.last ? '└ ' : '├ '}`, below: before + rail };
  };
}

function label(row: TreeRow): { readonly text: string; readonly service: string } {
  const mark = row.error === undefined ? '' : '✗ ';
  const service = mark + sanitizeForTerminal(row.service);
  const path = row.path === undefined ? '' : ` ${sanitizeForTerminal(row.path)}`;
  return { text: `${service} ${sanitizeForTerminal(row.name)}${path}`, service };
}

/** Colours the service and the rest apart, where the cut left the service whole. */
function paintName(padded: string, row: TreeRow, service: string, paint: Palette): string {
  if (row.error !== undefined) return paint.error(padded);
  return padded.startsWith(service) ? paint.service(service) + padded.slice(service.length) : padded;
}

function numbers(row: TreeRow): string {
  const share = row.shareOfParent === undefined ? '' : `${Math.round(row.shareOfParent * 100)}%`;
  return `  ${formatDuration(row.durationNs).padStart(8)} ${share.padStart(4)}`;
}

/** Where in the trace the span ran. */
function bar(row: TreeRow, totalNs: number, columns: number): string {
  const scale = totalNs > 0 ? columns / totalNs : 0;
  const from = Math.min(columns - 1, Math.floor(row.startNs * scale));
  const length = Math.max(1, Math.min(columns - from, Math.round(row.durationNs * scale)));
  return padToWidth(' '.repeat(from) + '█'.repeat(length), columns);
}

function errorText(error: NonNullable<TreeRow['error']>): string {
  const message = sanitizeForTerminal(error.message);
  const type = error.type === undefined ? '' : sanitizeForTerminal(error.type);
  if (message === '' || type === '') return message || type || 'failed without a message';
  return message.startsWith(type) ? message : `${type}: ${message}`;
}

function hiddenLine(hidden: readonly TreeRow[]): string {
  const errors = hidden.filter(row => row.error !== undefined).length;
  return `… ${pluralize(hidden.length, 'more span')}${errors === 0 ? '' : `, ${errors} failed`}`;
}

/** One line for each kind of problem, not for each span. */
function problemLines(problems: readonly Problem[]): string[] {
  const byCode = new Map<ProblemCode, number>();
  for (const { code } of problems) byCode.set(code, (byCode.get(code) ?? 0) + 1);
  return Array.from(byCode, ([code, times]) => `! ${pluralize(times, 'span')}: ${PROBLEMS[code]} (${code})`);
}

const same: Paint = text => text;
const PLAIN: Palette = { dim: same, bold: same, service: same, error: same, slow: same };

/** One SGR sequence around a text that holds none itself. */
function sgr(code: number, end: number): Paint {
  return text => (text === '' ? '' : `\u001B[${code}m${text}\u001B[${end}m`);
}

const COLORED: Palette = {
  dim: sgr(2, 22),
  bold: sgr(1, 22),
  service: sgr(36, 39),
  error: sgr(31, 39),
  slow: sgr(33, 39),
};
