// Finding OpenTelemetry's instrumentation packages in the user's application: they are not ours to bring,
// because which of them are wanted, and in which version, is the application's decision.

import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Instrumentation, InstrumentationConfig } from '@opentelemetry/instrumentation';

/** One package found: its file and what `require` made of it. */
export interface LoadedPackage {
  /** The file that was loaded; further packages it needs are resolved from here. */
  readonly file: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** A class of instrumentations. */
export type InstrumentationClass = new (config?: InstrumentationConfig) => Instrumentation;

/** Where an application's packages are looked for: beside its main script, then in the working directory. */
export function listApplicationDirectories(): string[] {
  const directories: string[] = [];
  const main = process.argv[1];
  try {
    if (main !== undefined) directories.push(dirname(realpathSync(main)));
  } catch {
    // No such file: `node -e`, the REPL, or a script that was removed since. The working directory remains.
  }
  try {
    directories.push(process.cwd());
  } catch {
    // The working directory was removed; what lies beside the main script can still be found.
  }
  return [...new Set(directories)];
}

/**
 * Loads a package as the application would.
 *
 * @param name the package's name
 * @param directories where the application's modules live, most telling first
 * @returns undefined where none of the directories can reach the package
 * @throws whatever the package throws while it is loaded
 */
export function loadPackage(name: string, directories: readonly string[]): LoadedPackage | undefined {
  const file = resolvePackage(name, directories);
  if (file === undefined) return undefined;
  return { file, exports: createRequire(file)(file) as Readonly<Record<string, unknown>> };
}

/** The file that the application would get for a package; undefined where it has none. */
export function resolvePackage(name: string, directories: readonly string[]): string | undefined {
  for (const directory of directories) {
    try {
      return createRequire(join(directory, 'noop.js')).resolve(name);
    } catch {
      // Not installed for this directory; the next one may know it.
    }
  }
  return undefined;
}

/** True where the application has the package itself, whether or not it can be required. */
export function isInstalled(name: string, directories: readonly string[]): boolean {
  return directories.some(directory => {
    const paths = createRequire(join(directory, 'noop.js')).resolve.paths(name) ?? [];
    return paths.some(path => existsSync(join(path, name)));
  });
}

/**
 * The instrumentation class among a package's exports. By convention there is one, and its name ends so:
 * `PgInstrumentation`, `IORedisInstrumentation`, `FastifyOtelInstrumentation`.
 */
export function findInstrumentationClass(exports: Readonly<Record<string, unknown>>): InstrumentationClass | undefined {
  for (const [name, value] of Object.entries(exports)) {
    if (name.endsWith('Instrumentation') && isInstrumentationClass(value)) return value;
  }
  return undefined;
}

function isInstrumentationClass(value: unknown): value is InstrumentationClass {
  const prototype: unknown = typeof value === 'function' ? value.prototype : undefined;
  return typeof prototype === 'object' && prototype !== null && 'enable' in prototype;
}

/**
 * The short names of all `@opentelemetry/instrumentation-*` packages that the application has installed,
 * by itself or through `@opentelemetry/auto-instrumentations-node`; sorted.
 */
export function listInstalledInstrumentations(directories: readonly string[]): string[] {
  const names = new Set<string>();
  for (const directory of scopeDirectories(directories)) {
    for (const entry of entriesOf(directory)) {
      if (entry.startsWith('instrumentation-')) names.add(entry.slice('instrumentation-'.length));
    }
  }
  return [...names].sort();
}

/** Directories in which packages of auto-instrumentations-node can be resolved, where it is installed. */
export function findAutoInstrumentations(directories: readonly string[]): string[] {
  const found: string[] = [];
  for (const directory of scopeDirectories(directories)) {
    try {
      found.push(realpathSync(join(directory, 'auto-instrumentations-node')));
    } catch {
      // Not installed there, which is the usual case.
    }
  }
  return [...new Set(found)];
}

/** Every `node_modules/@opentelemetry` that a module in one of the directories would be looked up in. */
function scopeDirectories(directories: readonly string[]): string[] {
  const found = new Set<string>();
  for (const directory of directories) {
    const paths = createRequire(join(directory, 'noop.js')).resolve.paths('@opentelemetry/api') ?? [];
    for (const path of paths) found.add(join(path, '@opentelemetry'));
  }
  return [...found];
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // There is no such directory on most levels.
  }
}
