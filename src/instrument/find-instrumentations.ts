// Finds OpenTelemetry's instrumentation packages in the application. They are not dependencies of this package, because
// the application decides on them and their versions.

import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createRequireIn, resolvePackage } from '../core/application-packages.js';
import type { Instrumentation } from './types.js';

/** A loaded package. */
export interface LoadedPackage {
  /** The file that was loaded. Its dependencies are resolved from this file. */
  readonly file: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** A class of instrumentations. */
export type InstrumentationClass = new (config?: object) => Instrumentation;

/**
 * Loads a package as the application would.
 *
 * @param name the name of the package
 * @param directories directories of the application, in the order of precedence
 * @returns undefined if no directory can resolve the package
 * @throws the error of a package that throws while it is loaded
 */
export function loadPackage(name: string, directories: readonly string[]): LoadedPackage | undefined {
  const file = resolvePackage(name, directories);
  if (file === undefined) return undefined;
  return { file, exports: createRequire(file)(file) as Readonly<Record<string, unknown>> };
}

/** Whether the application has a package, even one that cannot be required. The package is not loaded. */
export function isInstalled(name: string, directories: readonly string[]): boolean {
  return directories.some(directory =>
    listSearchPaths(directory, name).some(path => existsSync(join(path, name))),
  );
}

/**
 * Finds the instrumentation class among the exports of a package. By convention there is one, and its name ends with
 * `Instrumentation`: `PgInstrumentation`, `IORedisInstrumentation`, `FastifyOtelInstrumentation`.
 */
export function findInstrumentationClass(
  exports: Readonly<Record<string, unknown>>,
): InstrumentationClass | undefined {
  for (const [name, value] of Object.entries(exports)) {
    if (name.endsWith('Instrumentation') && isInstrumentationClass(value)) return value;
  }
  return undefined;
}

function isInstrumentationClass(value: unknown): value is InstrumentationClass {
  const prototype: unknown = typeof value === 'function' ? value.prototype : undefined;
  return typeof prototype === 'object' && prototype !== null && 'enable' in prototype;
}

/** Lists the short names of all installed `@opentelemetry/instrumentation-*` packages, sorted. */
export function listInstalledInstrumentations(directories: readonly string[]): string[] {
  const names = new Set<string>();
  for (const directory of listScopeDirectories(directories)) {
    for (const entry of listEntries(directory)) {
      if (entry.startsWith('instrumentation-')) names.add(entry.slice('instrumentation-'.length));
    }
  }
  return [...names].sort();
}

/**
 * Finds the directories of installed copies of `@opentelemetry/auto-instrumentations-node`. The instrumentations that it
 * depends on are resolved from there.
 */
export function findAutoInstrumentations(directories: readonly string[]): string[] {
  const found: string[] = [];
  for (const directory of listScopeDirectories(directories)) {
    try {
      found.push(realpathSync(join(directory, 'auto-instrumentations-node')));
    } catch {
      // Not installed in this directory, as in most.
    }
  }
  return [...new Set(found)];
}

/** Lists every `node_modules/@opentelemetry` that modules in one of the directories are resolved in. */
function listScopeDirectories(directories: readonly string[]): string[] {
  const found = new Set<string>();
  for (const directory of directories) {
    for (const path of listSearchPaths(directory, '@opentelemetry/api')) {
      found.add(join(path, '@opentelemetry'));
    }
  }
  return [...found];
}

function listSearchPaths(directory: string, packageName: string): readonly string[] {
  return createRequireIn(directory).resolve.paths(packageName) ?? [];
}

function listEntries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // The directory does not exist, as on most levels.
  }
}
