import type { OPTION_PROBLEM_CODES } from '../src/core/problem-codes.js';
import type { DIAGNOSTIC_CODES } from '../src/core/diagnostic-codes.js';
import type { FAILURES } from '../src/delivery/send/failure-table.js';
import type { LAYERS } from '../test/support/layers.js';

export const PAGES: readonly string[];
export function docsTables(data: {
  readonly LAYERS: typeof LAYERS;
  readonly DIAGNOSTIC_CODES: typeof DIAGNOSTIC_CODES;
  readonly OPTION_PROBLEM_CODES: typeof OPTION_PROBLEM_CODES;
  readonly FAILURES: typeof FAILURES;
}): Readonly<Record<string, string>>;
export function replaceTables(markdown: string, tables: Readonly<Record<string, string>>): string;
