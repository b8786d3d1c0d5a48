// The modules that an instrumentation patches. OpenTelemetry has no public accessor, so the list of the base class is read
// with checks. An instrumentation without the list counts as patching no module.

import type { Instrumentation } from './types.js';

/** A module that an instrumentation patches, in the form of `InstrumentationNodeModuleDefinition`. */
export interface ModuleDefinition {
  /** The name in imports: `pg`, `http`. */
  readonly name: string;
  /** The exports of the module, once they are patched. */
  moduleExports?: unknown;
  /** Patches the exports in place and returns them. */
  readonly patch?: (moduleExports: unknown) => unknown;
}

/** Reads the modules that an instrumentation patches. The instrumentation of `fetch` works without patches and has none. */
export function readModuleDefinitions(instrumentation: Instrumentation): ModuleDefinition[] {
  const list: unknown = (instrumentation as { readonly _modules?: unknown })._modules;
  return Array.isArray(list) ? list.filter(isModuleDefinition) : [];
}

function isModuleDefinition(value: unknown): value is ModuleDefinition {
  return typeof value === 'object' && value !== null && typeof (value as ModuleDefinition).name === 'string';
}
