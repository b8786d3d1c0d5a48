// Switching OpenTelemetry's instrumentations on: those that come along, those the application has installed, and those
// it made itself. One that fails costs one warning and nothing else.

import { isBuiltin, syncBuiltinESMExports } from 'node:module';
import type { TracerProvider } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { type Diagnostics, safeText } from '../core/diagnostics.js';
import { patchBuiltinModules } from './builtin-modules.js';
import { selectInstrumentations } from './select-instrumentations.js';
import { readModuleDefinitions } from './module-definitions.js';
import { listLoadedFiles, findLoadedPackages } from './loaded-modules.js';
import { registerEsmHooks, type EsmHook } from './esm-hooks.js';
import { listApplicationDirectories, resolvePackage } from './find-instrumentations.js';
import type { SelectedInstrumentation, ActiveInstrumentations, InstrumentDependencies, InstrumentOption } from './types.js';

/** The instrumentations that work unasked. */
export const DEFAULT_INSTRUMENTATIONS: readonly string[] = ['http', 'fetch'];

/**
 * Switches instrumentations on. Never throws: what cannot be had is said once, with the way out.
 *
 * @param option what to instrument
 * @param context tracer provider, diagnostics, and where the application's packages are
 *
 * @example
 * const { names, disable } = instrument(['http', 'pg'], { tracerProvider, diagnostics });
 */
export function instrument(option: InstrumentOption, context: InstrumentDependencies): ActiveInstrumentations {
  const { tracerProvider, diagnostics, directories = listApplicationDirectories() } = context;
  if (option === false) return { names: [], disable: () => {} };

  // Taken before anything is loaded here: what an instrumentation's own package loads did not come too early.
  const before = listLoadedFiles();
  const working = selectInstrumentations(option, { diagnostics, directories }).filter(({ name, instrumentation }) => {
    const works = survives(name, diagnostics, () => {
      switchOn(instrumentation, tracerProvider);
      patchBuiltinModules(instrumentation);
    });
    if (!works) survives(name, diagnostics, () => instrumentation.disable());
    return works;
  });
  survives('packages that are imported', diagnostics, () => registerEsmHooks(importHooks(working, directories)));
  warnOfEarlyModules(working, before, diagnostics);

  return {
    names: working.map(each => each.name),
    disable() {
      for (const { name, instrumentation } of working.splice(0)) {
        survives(name, diagnostics, () => instrumentation.disable());
      }
      syncBuiltinESMExports();
    },
  };
}

function switchOn(instrumentation: Instrumentation, tracerProvider: TracerProvider): void {
  instrumentation.setTracerProvider(tracerProvider);
  // Most switch themselves on when they are made; one that was disabled since, or made so, is wanted nevertheless.
  const { isEnabled } = instrumentation as { isEnabled?: () => boolean };
  const enabled = isEnabled?.call(instrumentation) ?? instrumentation.getConfig().enabled;
  if (enabled !== true) instrumentation.enable();
}

/** The packages that ESM may import, with the file to resolve their hook from. */
function importHooks(working: readonly SelectedInstrumentation[], directories: readonly string[]): EsmHook[] {
  const hooks: EsmHook[] = [];
  for (const { instrumentation, file } of working) {
    const packages = packagesOf(instrumentation);
    const from =
      file ??
      (packages.length === 0 ? undefined : resolvePackage(instrumentation.instrumentationName, directories));
    if (packages.length > 0 && from !== undefined) hooks.push({ file: from, packages });
  }
  return hooks;
}

function warnOfEarlyModules(
  working: readonly SelectedInstrumentation[],
  files: readonly string[],
  diagnostics: Diagnostics,
): void {
  const early = findLoadedPackages(
    working.flatMap(each => packagesOf(each.instrumentation)),
    files,
  );
  if (early.length === 0) return;
  diagnostics.once(
    'instrument:early',
    'warn',
    `loaded before init(), so their spans may be missing: ${early.join(', ')}. ` +
      'Call init() before they are imported, or start with: node --import @do/trace/register',
  );
}

function packagesOf(instrumentation: Instrumentation): string[] {
  return readModuleDefinitions(instrumentation)
    .map(definition => definition.name)
    .filter(name => !isBuiltin(name));
}

/** Runs one step; what it throws becomes one warning. Instrumentations are other people's code inside the host. */
function survives(name: string, diagnostics: Diagnostics, step: () => void): boolean {
  try {
    step();
    return true;
  } catch (error) {
    const message = `the instrumentation of ${name} failed (${safeText(error)}); everything else goes on`;
    diagnostics.once(`instrument:${name}`, 'warn', message);
    return false;
  }
}
