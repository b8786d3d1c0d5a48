// Patching Node's own modules although the application imported them long ago.
// An instrumentation patches a module when it is next required; nobody may ever do that again. So it is required here,
// once; and Node is told to carry the patched functions into ESM's live bindings, which reaches
// `import { request } from 'node:http'` in modules that were loaded before. (CommonJS that took `const { request } =
// require('http')` apart before keeps what it took: nothing can reach a local variable.)

import { createRequire, isBuiltin, syncBuiltinESMExports } from 'node:module';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { readModuleDefinitions } from './module-definitions.js';

/** Requires every built-in module that the instrumentation patches, and carries the patches into ESM. */
export function patchBuiltinModules(instrumentation: Instrumentation): void {
  // Built-in modules resolve the same from anywhere; Node's own path is one that always exists.
  const require = createRequire(process.execPath);
  let patched = false;
  for (const definition of readModuleDefinitions(instrumentation)) {
    if (!isBuiltin(definition.name)) continue;
    const exports: unknown = require(definition.name);
    // The hook sees only the first require of a module. Where another instrumentation was there before,
    // it stays silent, and the patch is applied by hand as the hook would have done it.
    if (definition.moduleExports === undefined && definition.patch !== undefined) {
      definition.moduleExports = exports;
      definition.patch(exports);
    }
    patched = true;
  }
  if (patched) syncBuiltinESMExports();
}

/** True when some instrumentation, ours or another's, has patched `http.request`. */
export function isHttpPatched(): boolean {
  const http = createRequire(process.execPath)('http') as {
    readonly request: { readonly __wrapped?: unknown };
  };
  return http.request.__wrapped === true;
}
