// Creates the instrumentations of the options `instrument` and `instrumentations`: names are resolved to packages, objects
// are used as they are.

import { channel } from 'node:diagnostics_channel';
import { isBuiltin } from 'node:module';
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
import {
  createFetchInstrumentation,
  createHttpInstrumentation,
  FETCH_SCOPE,
  NODE_HTTP_SCOPE,
} from './own-instrumentation.js';
import { arePatchesOwned } from './patch-owner.js';
import type { Instrumentation, InstrumentOption, SelectedInstrumentation } from './types.js';

/** The dependencies of the selection. */
export interface SelectionDependencies {
  readonly diagnostics: Diagnostics;
  /** The option `instrumentations`. */
  readonly instrumentations: readonly Instrumentation[];
  /** The directories in which packages of the application are resolved. */
  readonly directories: readonly string[];
}

/**
 * Creates the selected instrumentations, each once. An object takes precedence over the name of the same instrumentation.
 * An instrumentation that is not available is left out with a warning. Never throws.
 *
 * @param option the option `instrument`
 * @param dependencies diagnostics, objects and directories of the application
 */
export function selectInstrumentations(
  option: InstrumentOption,
  dependencies: SelectionDependencies,
): SelectedInstrumentation[] {
  const selected = new Map<string, SelectedInstrumentation>();
  for (const instrumentation of dependencies.instrumentations) {
    const name = readName(instrumentation);
    selected.set(name, { name, instrumentation });
  }
  const requested = readRequestedNames(option);
  for (const [name, { written, config }] of requested) {
    if (config === false || selected.has(name)) continue;
    const created = tryCreate(name, written, config, dependencies);
    if (created !== undefined) selected.set(name, created);
  }
  if (option === false || option.auto !== true) return [...selected.values()];
  for (const written of listAutomaticNames(dependencies.directories)) {
    const name = normalizeName(written);
    if (requested.has(name) || selected.has(name)) continue;
    const created = tryCreate(name, written, {}, dependencies);
    if (created !== undefined && isUseful(created, dependencies.directories)) selected.set(name, created);
  }
  return [...selected.values()];
}

/** A name in the option. */
interface RequestedName {
  /** The name as it is in the option, for messages. */
  readonly written: string;
  /** The configuration, or `false` for an instrumentation that is off. */
  readonly config: object | false;
}

/** Reads the option, merged over the defaults, by normalized names. */
function readRequestedNames(option: InstrumentOption): Map<string, RequestedName> {
  const requested = new Map<string, RequestedName>();
  if (option === false) return requested;
  for (const name of BUNDLED_NAMES) requested.set(name, { written: name, config: {} });
  for (const [written, value] of Object.entries(option)) {
    if (written === 'auto' || value === undefined || value === null) continue;
    const config = value === true ? {} : value;
    requested.set(normalizeName(written), { written, config: typeof config === 'object' ? config : false });
  }
  return requested;
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
    source: `instrument.${name}`,
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
  return installed.filter(name => !EXCLUDED_FROM_AUTO.has(name));
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
  config: object,
  dependencies: SelectionDependencies,
): SelectedInstrumentation | undefined {
  const { diagnostics } = dependencies;
  try {
    return isBundledName(name)
      ? createBundled(name, config, diagnostics)
      : createInstalled(name, written, config, dependencies);
  } catch (error) {
    // Packages are code of others. One that throws while it is loaded must not fail the start.
    diagnostics.reportOnce(`instrument:${name}`, 'warn', describeFailure(name, 'loaded', error));
    return undefined;
  }
}

function createBundled(
  name: BundledName,
  config: object,
  diagnostics: Diagnostics,
): SelectedInstrumentation | undefined {
  const present = findPresentInstrumentation(name);
  if (present !== undefined) {
    diagnostics.reportOnce(`instrument:present:${name}`, 'info', {
      code: 'instrumentation_present',
      message: `${present} instruments ${name}, so this package does not`,
      source: `instrument.${name}`,
    });
    return undefined;
  }
  const instrumentation =
    name === 'http' ? createHttpInstrumentation(config) : createFetchInstrumentation(config);
  return { name, instrumentation };
}

/** Finds another instrumentation of the module, beside which every span would be created twice. */
function findPresentInstrumentation(name: BundledName): string | undefined {
  if (arePatchesOwned(name === 'http' ? NODE_HTTP_SCOPE : FETCH_SCOPE)) return 'another copy of this package';
  if (!isHttpPatched()) return undefined;
  // The only trace of a fetch instrumentation is a channel subscriber, and other packages subscribe as well. So a subscriber
  // counts only together with the patch of http.
  return name === 'http' || channel('undici:request:create').hasSubscribers
    ? 'another OpenTelemetry set-up'
    : undefined;
}

function createInstalled(
  name: string,
  written: string,
  config: object,
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
      fix: 'Create its instrumentation yourself and pass it in the option instrumentations.',
      source: `instrument.${written}`,
    });
    return undefined;
  }
  return { name, instrumentation: new InstrumentationClass(config), file: loaded.file };
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
      source: `instrument.${written}`,
    };
  }
  return {
    code: 'instrumentation_missing',
    message: `the package of the instrumentation '${written}' is not installed`,
    fix: `Run: npm install ${getPackageName(name)}`,
    source: `instrument.${written}`,
  };
}
