// Creates the instrumentations of the option `instrument`: names are resolved to packages, objects are used as they are.

import { channel } from 'node:diagnostics_channel';
import { isBuiltin } from 'node:module';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { Diagnostic } from '../core/diagnostic.js';
import { type Diagnostics, safeText } from '../core/diagnostics.js';
import { suggest } from '../core/suggest.js';
import { isHttpPatched } from './builtin-modules.js';
import {
  findAutoInstrumentations,
  findInstrumentationClass,
  isInstalled,
  listInstalledInstrumentations,
  type LoadedPackage,
  loadPackage,
} from './find-instrumentations.js';
import {
  BUNDLED_NAMES,
  type BundledName,
  EXCLUDED_FROM_AUTO,
  getPackageName,
  isBundledName,
  KNOWN_NAMES,
  normalizeName,
} from './instrumentation-names.js';
import { readModuleDefinitions } from './module-definitions.js';
import { CLIENT_ONLY_CONFIG, NodeHttpInstrumentation } from './node-http-instrumentation.js';
import { createFetch, createHttp } from './packages.cjs';
import type { InstrumentOption, SelectedInstrumentation } from './types.js';

/** The dependencies of the selection. */
export interface SelectionDependencies {
  readonly diagnostics: Diagnostics;
  /** The directories in which packages of the application are resolved. */
  readonly directories: readonly string[];
}

/**
 * Creates the selected instrumentations, each once. An object takes precedence over the name of the same instrumentation.
 * An instrumentation that is not available is left out with a warning. Never throws.
 *
 * @param option the option `instrument`
 * @param dependencies diagnostics and directories of the application
 */
export function selectInstrumentations(
  option: InstrumentOption,
  dependencies: SelectionDependencies,
): SelectedInstrumentation[] {
  if (option === false) return [];
  const wanted = option === true || option === 'auto' ? ['auto'] : option;
  const selected = new Map<string, SelectedInstrumentation>();
  for (const each of wanted) {
    if (typeof each === 'string') continue;
    const name = readName(each);
    selected.set(name, { name, instrumentation: each });
  }
  for (const each of wanted) {
    if (typeof each !== 'string') continue;
    const isAuto = each === 'auto';
    for (const written of isAuto ? listAutomaticNames(dependencies.directories) : [each]) {
      const name = normalizeName(written);
      if (selected.has(name)) continue;
      const created = tryCreate(name, written, dependencies);
      if (created === undefined) continue;
      if (!isAuto || isUseful(created, dependencies.directories)) selected.set(name, created);
    }
  }
  return [...selected.values()];
}

/**
 * Describes an instrumentation that threw.
 *
 * @param name the short name of the instrumentation
 * @param step the step in which it threw
 * @param error the value that was thrown
 */
export function describeFailure(
  name: string,
  step: 'loaded' | 'enabled' | 'disabled',
  error: unknown,
): Diagnostic {
  return {
    code: 'instrumentation_failed',
    message: `the instrumentation '${name}' could not be ${step}: ${safeText(error)}`,
    why: 'Its spans are missing. The application and the other instrumentations are not affected.',
    fix: 'Update its package, or remove it from the option instrument.',
    source: 'instrument',
  };
}

function readName(instrumentation: Instrumentation): string {
  try {
    return normalizeName(instrumentation.instrumentationName);
  } catch {
    // The object is not an instrumentation. The attempt to enable it will fail and be reported with this name.
    return 'unnamed';
  }
}

function listAutomaticNames(directories: readonly string[]): string[] {
  const installed = listInstalledInstrumentations([...directories, ...findAutoInstrumentations(directories)]);
  return [...BUNDLED_NAMES, ...installed.filter(name => !EXCLUDED_FROM_AUTO.has(name))];
}

/**
 * Whether the application has a module that the instrumentation patches. `auto-instrumentations-node` installs about forty
 * instrumentations, and the unused ones are disabled again.
 */
function isUseful({ instrumentation }: SelectedInstrumentation, directories: readonly string[]): boolean {
  const modules = readModuleDefinitions(instrumentation).map(definition => definition.name);
  if (modules.length === 0) return true;
  if (modules.some(name => isBuiltin(name) || isInstalled(name, directories))) return true;
  instrumentation.disable();
  return false;
}

function tryCreate(
  name: string,
  written: string,
  dependencies: SelectionDependencies,
): SelectedInstrumentation | undefined {
  const { diagnostics } = dependencies;
  try {
    return isBundledName(name)
      ? createBundled(name, diagnostics)
      : createInstalled(name, written, dependencies);
  } catch (error) {
    // Packages are code of others. One that throws while it is loaded must not fail the start.
    diagnostics.reportOnce(`instrument:${name}`, 'warn', describeFailure(name, 'loaded', error));
    return undefined;
  }
}

function createBundled(name: BundledName, diagnostics: Diagnostics): SelectedInstrumentation | undefined {
  if (isInstrumentedAlready(name)) {
    diagnostics.reportOnce(`instrument:present:${name}`, 'info', {
      code: 'instrumentation_present',
      message: `another OpenTelemetry set-up instruments ${name}, so this package does not`,
      source: 'instrument',
    });
    return undefined;
  }
  const instrumentation = enableBundled(name);
  return {
    name,
    instrumentation: name === 'http' ? new NodeHttpInstrumentation(instrumentation) : instrumentation,
  };
}

const bundledInstrumentations = new Map<BundledName, Instrumentation>();

/**
 * Enables OpenTelemetry's instrumentation, the same instance at each start. Its require hooks cannot be removed and refer to
 * the instance, its tracer and its provider, so new instances would leak memory in a process that starts tracing many times.
 */
function enableBundled(name: BundledName): Instrumentation {
  const existing = bundledInstrumentations.get(name);
  if (existing !== undefined) {
    existing.enable();
    return existing;
  }
  const created = name === 'http' ? createHttp(CLIENT_ONLY_CONFIG) : createFetch({});
  bundledInstrumentations.set(name, created);
  return created;
}

/** Whether another set-up instruments the module, so that a second instrumentation would create every span twice. */
function isInstrumentedAlready(name: BundledName): boolean {
  if (!isHttpPatched()) return false;
  // The only trace of a fetch instrumentation is a channel subscriber, and other packages subscribe as well. So a subscriber
  // counts only together with the patch of http.
  return name === 'http' || channel('undici:request:create').hasSubscribers;
}

function createInstalled(
  name: string,
  written: string,
  { diagnostics, directories }: SelectionDependencies,
): SelectedInstrumentation | undefined {
  const packageName = getPackageName(name);
  const loaded = loadInstrumentationPackage(packageName, directories);
  if (loaded === undefined) {
    diagnostics.reportOnce(`instrument:${name}`, 'warn', describeMissing(name, written));
    return undefined;
  }
  const InstrumentationClass = findInstrumentationClass(loaded.exports);
  if (InstrumentationClass === undefined) {
    diagnostics.reportOnce(`instrument:${name}`, 'warn', {
      code: 'instrumentation_invalid',
      message: `the package ${packageName} exports no instrumentation`,
      fix: 'Create its instrumentation yourself and pass it in the option instrument.',
      source: 'instrument',
    });
    return undefined;
  }
  return { name, instrumentation: new InstrumentationClass(), file: loaded.file };
}

/** Loads the package, last from auto-instrumentations-node, because the search for it takes many file accesses. */
function loadInstrumentationPackage(
  packageName: string,
  directories: readonly string[],
): LoadedPackage | undefined {
  return (
    loadPackage(packageName, directories) ?? loadPackage(packageName, findAutoInstrumentations(directories))
  );
}

function describeMissing(name: string, written: string): Diagnostic {
  const nearest = KNOWN_NAMES.includes(name) ? undefined : suggest(name, KNOWN_NAMES);
  if (nearest !== undefined) {
    return {
      code: 'unknown_instrumentation',
      message: `'${written}' is not an instrumentation`,
      fix: `Did you mean '${nearest}'?`,
      source: 'instrument',
    };
  }
  return {
    code: 'instrumentation_missing',
    message: `the package of the instrumentation '${written}' is not installed`,
    fix: `Run: npm install ${getPackageName(name)}`,
    source: 'instrument',
  };
}
