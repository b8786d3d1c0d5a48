// Parses the arguments of a command. Every wrong argument is reported, with the nearest option that exists.

import { parseArgs } from 'node:util';
import { suggest } from '../core/suggest.js';

/** The type of an option's value. */
export type OptionSpec =
  | { readonly type: 'flag'; readonly short?: string }
  | { readonly type: 'text'; readonly short?: string }
  | { readonly type: 'number'; readonly short?: string; readonly min: number; readonly max: number }
  | { readonly type: 'bytes'; readonly short?: string };

/** The parsed arguments, by the long names of the options. */
export interface ParsedOptions {
  readonly flags: ReadonlySet<string>;
  readonly texts: ReadonlyMap<string, string>;
  readonly numbers: ReadonlyMap<string, number>;
  readonly positionals: readonly string[];
}

/** Wrong arguments: exit status 2. */
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
 * Parses arguments by the options of a command.
 *
 * @param argv the arguments after the command's name
 * @param specs the options by their long name
 * @throws UsageError with all problems, one on each line
 */
export function parseOptions(
  argv: readonly string[],
  specs: Readonly<Record<string, OptionSpec>>,
): ParsedOptions {
  const { tokens } = parseArgs({
    args: [...argv],
    options: toParseArgsOptions(specs),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags = new Set<string>();
  const texts = new Map<string, string>();
  const numbers = new Map<string, number>();
  const positionals: string[] = [];
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (spec === undefined) problems.push(formatUnknownName(token.rawName, Object.keys(specs)));
    else if (spec.type === 'flag') {
      if (token.value === undefined) flags.add(token.name);
      else problems.push(`--${token.name} takes no value, got "${token.value}".`);
    } else if (token.value === undefined || token.value === '') {
      problems.push(`--${token.name} needs a value.`);
    } else if (spec.type === 'text') {
      texts.set(token.name, token.value);
    } else {
      const number =
        spec.type === 'bytes' ? parseBytes(token.value) : parseInteger(token.value, spec.min, spec.max);
      if (number === undefined)
        problems.push(`--${token.name} must be ${describeExpectedValue(spec)}, got "${token.value}".`);
      else numbers.set(token.name, number);
    }
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return { flags, texts, numbers, positionals };
}

/**
 * Formats the message about a name that does not exist.
 *
 * @param name the name in the arguments
 * @param known the names that exist
 * @param kind the noun for the names
 */
export function formatUnknownName(name: string, known: readonly string[], kind = 'option'): string {
  const nearest = suggest(name.replace(/^-+/, ''), known);
  const dashes = kind === 'option' ? '--' : '';
  const hint = nearest === undefined ? '' : ` Did you mean ${dashes}${nearest}?`;
  return `There is no ${kind} ${name}.${hint}`;
}

function toParseArgsOptions(
  specs: Readonly<Record<string, OptionSpec>>,
): Record<string, { type: 'boolean' | 'string'; short?: string }> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { type, short }]) => [
      name,
      { type: type === 'flag' ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) },
    ]),
  );
}

function describeExpectedValue(spec: Exclude<OptionSpec, { type: 'flag' | 'text' }>): string {
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
