// A command's arguments, checked: every mistake is named, with the nearest option that exists.

import { parseArgs } from 'node:util';
import { suggest } from '../core/suggest.js';

/** What an option takes. */
export type OptionSpec =
  | { readonly type: 'flag'; readonly short?: string }
  | { readonly type: 'text'; readonly short?: string }
  | { readonly type: 'number'; readonly short?: string; readonly min: number; readonly max: number }
  | { readonly type: 'bytes'; readonly short?: string };

/** What came. */
export interface ParsedOptions {
  readonly flags: ReadonlySet<string>;
  readonly texts: ReadonlyMap<string, string>;
  readonly numbers: ReadonlyMap<string, number>;
  readonly positionals: readonly string[];
}

/** A mistake on the command line: exit status 2. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1_024,
  m: 1_048_576,
  g: 1_073_741_824,
};

/**
 * Parses arguments against the options that exist.
 *
 * @param argv what stands behind the command's name
 * @param specs the options by their long name
 * @throws UsageError with every mistake, one on each line
 */
export function parseOptions(
  argv: readonly string[],
  specs: Readonly<Record<string, OptionSpec>>,
): ParsedOptions {
  const options = Object.fromEntries(
    Object.entries(specs).map(
      ([name, spec]) =>
        [
          name,
          {
            type: spec.type === 'flag' ? 'boolean' : 'string',
            ...(spec.short === undefined ? {} : { short: spec.short }),
          },
        ] as const,
    ),
  );
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags = new Set<string>();
  const texts = new Map<string, string>();
  const numbers = new Map<string, number>();
  const positionals: string[] = [];
  const mistakes: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (spec === undefined) mistakes.push(unknownNameMessage(token.rawName, Object.keys(specs)));
    else if (spec.type === 'flag') {
      if (token.value === undefined) flags.add(token.name);
      else mistakes.push(`--${token.name} takes no value, got "${token.value}".`);
    } else if (token.value === undefined || token.value === '') {
      mistakes.push(`--${token.name} needs a value.`);
    } else if (spec.type === 'text') {
      texts.set(token.name, token.value);
    } else {
      const number =
        spec.type === 'bytes' ? parseBytes(token.value) : parseInteger(token.value, spec.min, spec.max);
      if (number === undefined)
        mistakes.push(`--${token.name} must be ${expectedValue(spec)}, got "${token.value}".`);
      else numbers.set(token.name, number);
    }
  }
  if (mistakes.length > 0) throw new UsageError(mistakes.join('\n'));
  return { flags, texts, numbers, positionals };
}

/** The sentence about a name that does not exist. */
export function unknownNameMessage(written: string, known: readonly string[], what = 'option'): string {
  const near = suggest(written.replace(/^-+/, ''), known);
  const dashes = what === 'option' ? '--' : '';
  const hint = near === undefined ? '' : ` Did you mean ${dashes}${near}?`;
  return `There is no ${what} ${written}.${hint}`;
}

function expectedValue(spec: Exclude<OptionSpec, { type: 'flag' | 'text' }>): string {
  return spec.type === 'bytes'
    ? 'a size such as 500000, 64MiB or 1g'
    : `a whole number from ${spec.min} to ${spec.max}`;
}

function parseInteger(text: string, min: number, max: number): number | undefined {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

function parseBytes(text: string): number | undefined {
  const match = /^(\d{1,12})\s*([kmg]?)(?:i?b)?$/i.exec(text);
  const bytes = Number(match?.[1]) * (UNITS[match?.[2]?.toLowerCase() ?? ''] ?? Number.NaN);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}
