// Enables instrumentations: our own, those of OpenTelemetry that the application has installed, and objects that it has
// created. An instrumentation that fails costs one warning and has no other effect.

import { isBuiltin, syncBuiltinESMExports } from 'node:module';
import type { TracerProvider } from '@opentelemetry/api';
import { listApplicationDirectories, resolvePackage } from '../core/application-packages.js';
import { type Diagnostics, safeText } from '../core/diagnostics.js';
import { patchBuiltinModules } from './builtin-modules.js';
import { type EsmHook, registerEsmHooks } from './esm-hooks.js';
import { findLoadedPackages, listLoadedFiles } from './loaded-modules.js';
import { readModuleDefinitions } from './module-definitions.js';
import { describeFailure, selectInstrumentations } from './select-instrumentations.js';
import type {
  ActiveInstrumentations,
  InstrumentDependencies,
  Instrumentation,
  InstrumentOption,
  SelectedInstrumentation,
} from './types.js';

/**
 * Enables instrumentations. Never throws. Each instrumentation that is not available is reported with one warning.
 *
 * @param option the option `instrument`, merged over `{ http: true, fetch: true }`
 * @param dependencies tracer provider, diagnostics, objects and directories of the application
 * @example
 * const { names, disable } = instrument({ pg: true }, { tracerProvider, diagnostics });
 */
export function instrument(
  option: InstrumentOption,
  dependencies: InstrumentDependencies,
): ActiveInstrumentations {
  const {
    tracerProvider,
    diagnostics,
    instrumentations = [],
    directories = listApplicationDirectories(),
  } = dependencies;

  // Listed first, because files that an instrumentation loads itself are not loaded too early.
  const loadedFiles = listLoadedFiles();
  const selection = selectInstrumentations(option, { diagnostics, instrumentations, directories });
  const enabled = selection.filter(selected => tryEnable(selected, tracerProvider, diagnostics));
  tryRegisterEsmHooks(enabled, directories, diagnostics);
  reportModulesLoadedTooEarly(enabled, loadedFiles, diagnostics);

  return {
    names: enabled.map(({ name }) => name),
    disable() {
      for (const selected of enabled.splice(0)) tryDisable(selected, diagnostics);
      syncBuiltinESMExports();
    },
  };
}

/** Enables an instrumentation. One that throws is disabled and reported. */
function tryEnable(
  selected: SelectedInstrumentation,
  tracerProvider: TracerProvider,
  diagnostics: Diagnostics,
): boolean {
  const { name, instrumentation } = selected;
  try {
    enable(instrumentation, tracerProvider);
    patchBuiltinModules(instrumentation);
    return true;
  } catch (error) {
    // Instrumentations are code of other packages and must not fail the start.
    diagnostics.reportOnce(`instrument:${name}`, 'warn', describeFailure(name, 'enabled', error));
    tryDisable(selected, diagnostics);
    return false;
  }
}

/** The methods of OpenTelemetry's instrumentations that return whether they are enabled. */
interface EnabledState {
  isEnabled(): boolean;
  getConfig(): { readonly enabled?: boolean };
}

function enable(instrumentation: Instrumentation, tracerProvider: TracerProvider): void {
  instrumentation.setTracerProvider(tracerProvider);
  // Most instrumentations enable themselves in their constructor. One that was disabled later, or created so, is not.
  const { isEnabled, getConfig } = instrumentation as Partial<EnabledState>;
  const enabled = isEnabled?.call(instrumentation) ?? getConfig?.call(instrumentation).enabled;
  if (enabled !== true) instrumentation.enable();
}

function tryDisable({ name, instrumentation }: SelectedInstrumentation, diagnostics: Diagnostics): void {
  try {
    instrumentation.disable();
  } catch (error) {
    // Instrumentations are code of other packages and must not fail the shutdown.
    diagnostics.reportOnce(`instrument:${name}`, 'warn', describeFailure(name, 'disabled', error));
  }
}

function tryRegisterEsmHooks(
  enabled: readonly SelectedInstrumentation[],
  directories: readonly string[],
  diagnostics: Diagnostics,
): void {
  try {
    registerEsmHooks(enabled.flatMap(selected => describeEsmHook(selected, directories)));
  } catch (error) {
    // CommonJS works without the hooks.
    diagnostics.reportOnce('instrument:esm-hooks', 'warn', {
      code: 'esm_hook_failed',
      message: `the loader hook for ES modules could not be registered: ${safeText(error)}`,
      why: 'Packages that are imported with import instead of require() are not instrumented.',
      fix: 'Update the instrumentation packages, or remove the failing one from the option instrument.',
      source: 'instrument',
    });
  }
}

/** Describes the packages that ESM may import, if the instrumentation patches any. */
function describeEsmHook(
  { instrumentation, file }: SelectedInstrumentation,
  directories: readonly string[],
): EsmHook[] {
  const packages = listPatchedPackages(instrumentation);
  if (packages.length === 0) return [];
  const hookFile = file ?? resolvePackage(instrumentation.instrumentationName, directories);
  return hookFile === undefined ? [] : [{ file: hookFile, packages }];
}

function reportModulesLoadedTooEarly(
  enabled: readonly SelectedInstrumentation[],
  loadedFiles: readonly string[],
  diagnostics: Diagnostics,
): void {
  const packages = enabled.flatMap(({ instrumentation }) => listPatchedPackages(instrumentation));
  const loaded = findLoadedPackages(packages, loadedFiles);
  if (loaded.length === 0) return;
  diagnostics.reportOnce('instrument:loaded-too-early', 'warn', {
    code: 'module_loaded_too_early',
    message: `modules were loaded before init(), so their spans may be missing: ${loaded.join(', ')}`,
    why: 'An instrumentation patches a module when it is loaded. Code that loaded it before has the original functions.',
    fix: 'Call init() before these modules are imported, or start the program with "node --import @do/trace/register".',
    source: 'instrument',
  });
}

/** Lists the packages, other than built-in modules, that an instrumentation patches. */
function listPatchedPackages(instrumentation: Instrumentation): string[] {
  return readModuleDefinitions(instrumentation)
    .map(definition => definition.name)
    .filter(name => !isBuiltin(name));
}
