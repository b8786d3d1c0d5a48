// From what was asked for to instrumentations that are made: names are looked up, objects are taken as they are.

import { channel } from 'node:diagnostics_channel';
import { isBuiltin } from 'node:module';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { type Diagnostics, safeText } from '../core/diagnostics.js';
import { suggest } from '../core/suggest.js';
import { isHttpPatched } from './builtin-modules.js';
import { readModuleDefinitions } from './module-definitions.js';
import { findInstrumentationClass, findAutoInstrumentations, type LoadedPackage, listInstalledInstrumentations, isInstalled, loadPackage } from './find-instrumentations.js';
import { CLIENT_ONLY_CONFIG, NodeHttpInstrumentation } from './node-http-instrumentation.js';
import {
  BUNDLED_NAMES,
  type BundledName,
  normalizeName,
  isBundledName,
  KNOWN_NAMES,
  EXCLUDED_FROM_AUTO,
  getPackageName,
} from './instrumentation-names.js';
import { createFetch, createHttp } from './packages.cjs';
import type { SelectedInstrumentation, InstrumentOption } from './types.js';

/** Where to look and where to say what is missing. */
export interface SelectionDependencies {
  readonly diagnostics: Diagnostics;
  readonly directories: readonly string[];
}

/**
 * Makes the instrumentations that were asked for, each once; an instrumentation given as an object wins over its name.
 * What cannot be had is left out, with a warning. Never throws.
 */
export function selectInstrumentations(option: InstrumentOption, context: SelectionDependencies): SelectedInstrumentation[] {
  if (option === false) return [];
  const wanted = option === true || option === 'auto' ? ['auto'] : option;
  const chosen = new Map<string, SelectedInstrumentation>();
  for (const each of wanted) {
    if (typeof each === 'string') continue;
    const name = nameOf(each);
    chosen.set(name, { name, instrumentation: each });
  }
  for (const each of wanted) {
    if (typeof each !== 'string') continue;
    const all = each === 'auto';
    for (const written of all ? [...BUNDLED_NAMES, ...automaticNames(context.directories)] : [each]) {
      const name = normalizeName(written);
      if (chosen.has(name)) continue;
      const made = make(name, written, context);
      if (made !== undefined && (!all || isOfUse(made, context.directories))) chosen.set(name, made);
    }
  }
  return [...chosen.values()];
}

function nameOf(instrumentation: Instrumentation): string {
  try {
    return normalizeName(instrumentation.instrumentationName);
  } catch {
    return 'a nameless instrumentation'; // Not what the type promises; it will fail, and be named, when it is enabled.
  }
}

function automaticNames(directories: readonly string[]): string[] {
  const everywhere = [...directories, ...findAutoInstrumentations(directories)];
  return listInstalledInstrumentations(everywhere).filter(name => !EXCLUDED_FROM_AUTO.has(name));
}

/** Collections bring forty instrumentations along; only those whose package the application has are worth a word. */
function isOfUse({ instrumentation }: SelectedInstrumentation, directories: readonly string[]): boolean {
  const modules = readModuleDefinitions(instrumentation).map(definition => definition.name);
  if (modules.length === 0 || modules.some(name => isBuiltin(name) || isInstalled(name, directories)))
    return true;
  instrumentation.disable();
  return false;
}

function make(name: string, written: string, context: SelectionDependencies): SelectedInstrumentation | undefined {
  const { diagnostics } = context;
  try {
    return isBundledName(name) ? makeBundled(name, diagnostics) : makeFound(name, written, context);
  } catch (error) {
    // A package that breaks while it loads must cost its own spans and nothing more.
    diagnostics.once(
      `instrument:${name}`,
      'warn',
      `the instrumentation of ${name} could not be loaded (${safeText(error)}); everything else goes on`,
    );
    return undefined;
  }
}

function makeBundled(name: BundledName, diagnostics: Diagnostics): SelectedInstrumentation | undefined {
  if (isTakenByOthers(name)) {
    diagnostics.once(
      `instrument:taken:${name}`,
      'info',
      `${name} is instrumented by another OpenTelemetry set-up already and is left to it`,
    );
    return undefined;
  }
  const instrumentation = bundled(name);
  return {
    name,
    instrumentation: name === 'http' ? new NodeHttpInstrumentation(instrumentation) : instrumentation,
  };
}

const made = new Map<BundledName, Instrumentation>();

/**
 * OpenTelemetry's instrumentation, switched on: the same one at each start. Its hooks into `require` are never taken off
 * and hold it, its tracer and its provider, so a process that starts and stops many times would grow with each.
 */
function bundled(name: BundledName): Instrumentation {
  const known = made.get(name);
  if (known !== undefined) {
    known.enable();
    return known;
  }
  const first = name === 'http' ? createHttp(CLIENT_ONLY_CONFIG) : createFetch({});
  made.set(name, first);
  return first;
}

/** Two instrumentations of one module would tell every request twice. */
function isTakenByOthers(name: BundledName): boolean {
  if (!isHttpPatched()) return false;
  // That of fetch leaves no mark but a subscriber, which alone could be anybody's.
  return name === 'http' || channel('undici:request:create').hasSubscribers;
}

function makeFound(name: string, written: string, context: SelectionDependencies): SelectedInstrumentation | undefined {
  const found = find(getPackageName(name), context.directories);
  if (found === undefined) {
    context.diagnostics.once(`instrument:${name}`, 'warn', missing(name, written));
    return undefined;
  }
  const Class = findInstrumentationClass(found.exports);
  if (Class === undefined) {
    const message = `${getPackageName(name)} exports no instrumentation; pass an instance of it in the instrument option`;
    context.diagnostics.once(`instrument:${name}`, 'warn', message);
    return undefined;
  }
  return { name, instrumentation: new Class(), file: found.file };
}

/** Collections are a second choice: resolving them costs file accesses that most applications need not pay. */
function find(packageName: string, directories: readonly string[]): LoadedPackage | undefined {
  return loadPackage(packageName, directories) ?? loadPackage(packageName, findAutoInstrumentations(directories));
}

function missing(name: string, written: string): string {
  const near = KNOWN_NAMES.includes(name) ? undefined : suggest(name, KNOWN_NAMES);
  if (near !== undefined) return `instrument: there is no '${written}'. Did you mean '${near}'?`;
  return `instrument: '${written}' needs a package that is not installed: npm install ${getPackageName(name)}`;
}
