// A trace as a tree for the terminal:
//
//   trace 5b8efff798038103d269b633813fc60c  1.24 s  4 spans  3 services  1 error
//   ✗ gateway POST /orders             1.24 s         ██████████
//   ├ orders reserve                   12.3 ms    1%  █
//   └ ✗ payment charge                  1.1 s    89%   █████████ ◀ slowest
//     ✗ TimeoutError: no response from the database within 1000 ms
//
// The rows come from tree-rows.ts. This file lays them out in columns, pads them, and adds colour last.

import { pluralize } from '../core/pluralize.js';
import { createAnsiStyle, plainText, type TextStyle } from './ansi.js';
import { formatDuration } from './format-duration.js';
import type { RowError } from './row-error.js';
import { measureWidth, padToWidth, sanitizeForTerminal, truncate, wrapText } from './terminal-text.js';
import { summarize, type TraceSummary } from './trace-summary.js';
import { type TreeRow, treeRows } from './tree-rows.js';
import { type Problem, type ProblemCode, PROBLEMS, type Trace } from './types.js';

/** The options of `renderTree`. */
export interface RenderOptions {
  /** Columns of the terminal; at least 40 are used. @default 80 */
  readonly width?: number | undefined;
  /** Whether to add colour by ANSI escape sequences. @default false */
  readonly color?: boolean | undefined;
  /** The greatest number of spans to print. One line counts the rest. @default 1000 */
  readonly maxSpans?: number | undefined;
}

const MIN_WIDTH = 40;
const SLOWEST_MARK = '◀ slowest';
/** Duration (8), share (4) and the spaces before them. */
const FIGURE_COLUMNS = 15;
/** The mark and the space before it. */
const MARK_COLUMNS = SLOWEST_MARK.length + 1;
const MIN_BAR_COLUMNS = 8;
const MAX_BAR_COLUMNS = 30;
/** Longer error messages are truncated. */
const MAX_ERROR_LINES = 4;

type TreeStyles = Readonly<Record<'dim' | 'bold' | 'service' | 'error' | 'slow', TextStyle>>;

/**
 * Renders a trace as a text tree: service, span, duration, share of its parent's time, errors at the span where they began,
 * and the slowest child of each parent that has several.
 *
 * @param trace a trace from `readTraces`
 * @param options width, colour and number of spans
 * @returns lines, each with a line feed at its end; none is wider than `width`
 * @example
 * process.stdout.write(renderTree(trace, { width: process.stdout.columns, color: true }));
 */
export function renderTree(trace: Trace, options: RenderOptions = {}): string {
  const { color = false, maxSpans = 1_000 } = options;
  const width = Math.max(MIN_WIDTH, Math.floor(options.width ?? 80));
  const styles = color ? COLORED : PLAIN;
  const summary = summarize(trace);
  const rows = treeRows(trace);
  const shown = rows.slice(0, maxSpans);
  const lines = [formatHeadline(summary, width, styles), ...formatTree(shown, summary, width, styles)];
  if (shown.length < rows.length) {
    lines.push(styles.dim(truncate(formatHiddenLine(rows.slice(shown.length)), width)));
  }
  for (const line of formatProblems(trace.problems)) {
    for (const part of wrapText(line, width, 2)) lines.push(styles.slow(part));
  }
  return `${lines.join('\n')}\n`;
}

function formatHeadline(summary: TraceSummary, width: number, styles: TreeStyles): string {
  const parts = [
    `trace ${summary.traceId}`,
    formatDuration(summary.durationNs),
    pluralize(summary.spanCount, 'span'),
    pluralize(summary.services.length, 'service'),
    ...(summary.errorCount === 0 ? [] : [pluralize(summary.errorCount, 'error')]),
  ];
  return styles.bold(truncate(parts.join('  '), width));
}

function formatTree(
  rows: readonly TreeRow[],
  summary: TraceSummary,
  width: number,
  styles: TreeStyles,
): string[] {
  const guidesOf = createGuides(Math.floor((width - FIGURE_COLUMNS - MARK_COLUMNS) / 2));
  const labels = rows.map(row => ({ row, ...guidesOf(row), ...formatLabel(row) }));
  const widestLabel = labels.reduce(
    (most, { prefix, text }) => Math.max(most, measureWidth(prefix) + measureWidth(text)),
    0,
  );
  const labelColumns = Math.min(widestLabel, width - FIGURE_COLUMNS - MARK_COLUMNS);
  const barColumns = Math.min(MAX_BAR_COLUMNS, width - FIGURE_COLUMNS - MARK_COLUMNS - labelColumns - 2);
  const lines: string[] = [];
  for (const { row, prefix, below, text, service } of labels) {
    const nameColumns = labelColumns - measureWidth(prefix);
    const name = padToWidth(truncate(text, nameColumns), nameColumns);
    const line = [
      styles.dim(prefix),
      styleName(name, row, service, styles),
      formatFigures(row),
      barColumns < MIN_BAR_COLUMNS ? '' : `  ${formatBar(row, summary.durationNs, barColumns)}`,
      row.slowest ? ` ${styles.slow(SLOWEST_MARK)}` : '',
    ];
    lines.push(line.join('').trimEnd());
    if (row.error?.began === true) {
      const columns = width - measureWidth(below);
      for (const part of wrapText(`✗ ${formatError(row.error)}`, columns, MAX_ERROR_LINES)) {
        lines.push(styles.dim(below) + styles.error(part));
      }
    }
  }
  return lines;
}

/**
 * Creates the function that returns the guide lines before a row and before the lines below it. It must be called for each
 * row in order. Of a row that is too deep the left part is replaced by `…`.
 */
function createGuides(
  columns: number,
): (row: TreeRow) => { readonly prefix: string; readonly below: string } {
  const levels = Math.max(1, Math.floor(columns / 2) - 1);
  // The guides of the current branch by depth: "│ " if a sibling follows, or else two spaces.
  const guides: string[] = [];
  return row => {
    guides.length = Math.min(guides.length, row.depth);
    const from = Math.max(1, row.depth - levels + 1);
    const ellipsis = from > 1 ? '… ' : '';
    const before = ellipsis + guides.slice(from, row.depth).join('');
    const guide = row.last ? '  ' : '│ ';
    guides[row.depth] = guide;
    if (row.depth === 0) return { prefix: '', below: '' };
    return { prefix: `${before}${row.last ? '└ ' : '├ '}`, below: before + guide };
  };
}

function formatLabel(row: TreeRow): { readonly text: string; readonly service: string } {
  const mark = row.error === undefined ? '' : '✗ ';
  const service = mark + sanitizeForTerminal(row.service);
  const path = row.path === undefined ? '' : ` ${sanitizeForTerminal(row.path)}`;
  return { text: `${service} ${sanitizeForTerminal(row.name)}${path}`, service };
}

/** Colours the service unless it was truncated, or the whole name of a failed span. */
function styleName(padded: string, row: TreeRow, service: string, styles: TreeStyles): string {
  if (row.error !== undefined) return styles.error(padded);
  return padded.startsWith(service) ? styles.service(service) + padded.slice(service.length) : padded;
}

function formatFigures(row: TreeRow): string {
  const share = row.shareOfParent === undefined ? '' : `${Math.round(row.shareOfParent * 100)}%`;
  return `  ${formatDuration(row.durationNs).padStart(8)} ${share.padStart(4)}`;
}

/** The time of the span within the trace, as a bar. */
function formatBar(row: TreeRow, totalNs: number, columns: number): string {
  const scale = totalNs > 0 ? columns / totalNs : 0;
  const from = Math.min(columns - 1, Math.floor(row.startNs * scale));
  const length = Math.max(1, Math.min(columns - from, Math.round(row.durationNs * scale)));
  return padToWidth(' '.repeat(from) + '█'.repeat(length), columns);
}

function formatError(error: RowError): string {
  const message = sanitizeForTerminal(error.message);
  const type = error.type === undefined ? '' : sanitizeForTerminal(error.type);
  if (message === '' || type === '') return message || type || 'failed without a message';
  return message.startsWith(type) ? message : `${type}: ${message}`;
}

function formatHiddenLine(hidden: readonly TreeRow[]): string {
  const errors = hidden.filter(row => row.error !== undefined).length;
  return `… ${pluralize(hidden.length, 'more span')}${errors === 0 ? '' : `, ${errors} failed`}`;
}

/** One line for each kind of problem, with the number of its spans. */
function formatProblems(problems: readonly Problem[]): string[] {
  const counts = new Map<ProblemCode, number>();
  for (const { code } of problems) counts.set(code, (counts.get(code) ?? 0) + 1);
  return Array.from(counts, ([code, count]) => `! ${pluralize(count, 'span')}: ${PROBLEMS[code]} (${code})`);
}

const PLAIN: TreeStyles = {
  dim: plainText,
  bold: plainText,
  service: plainText,
  error: plainText,
  slow: plainText,
};

const COLORED: TreeStyles = {
  dim: createAnsiStyle(2, 22),
  bold: createAnsiStyle(1, 22),
  service: createAnsiStyle(36, 39),
  error: createAnsiStyle(31, 39),
  slow: createAnsiStyle(33, 39),
};
