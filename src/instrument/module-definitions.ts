// What an instrumentation patches. OpenTelemetry has no public way to ask, so the base class's own list is read,
// with every step checked: an instrumentation that keeps none simply has nothing to say here.

import type { Instrumentation } from '@opentelemetry/instrumentation';

/** One module that an instrumentation patches, as `InstrumentationNodeModuleDefinition` describes it. */
export interface ModuleDefinition {
  /** The module's name as it is imported: `pg`, `http`. */
  readonly name: string;
  /** The module's exports once they were patched. */
  moduleExports?: unknown;
  /** Patches in place and answers the patched exports. */
  readonly patch?: (moduleExports: unknown) => unknown;
}

/** The modules that an instrumentation patches; none where it works by other means, as that of `fetch` does. */
export function readModuleDefinitions(instrumentation: Instrumentation): ModuleDefinition[] {
  const list: unknown = (instrumentation as { readonly _modules?: unknown })._modules;
  return Array.isArray(list) ? list.filter(isDefinition) : [];
}

function isDefinition(value: unknown): value is ModuleDefinition {
  return typeof value === 'object' && value !== null && typeof (value as ModuleDefinition).name === 'string';
}
