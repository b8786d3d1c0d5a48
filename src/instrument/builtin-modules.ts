// Patches modules of Node.js that the application has imported already.
//
// An instrumentation patches a module at its next `require`, which may never happen. So this module requires it once and
// synchronizes the ESM exports. That reaches `import { request } from 'node:http'` in modules that were loaded before.
// It does not reach `const { request } = require('http')` from before, because a local variable cannot be replaced.

import { isBuiltin, syncBuiltinESMExports } from 'node:module';
import { createBuiltinRequire } from '../core/builtin-require.js';
import type { Instrumentation } from './types.js';
import { readModuleDefinitions } from './module-definitions.js';

/** Requires every built-in module that the instrumentation patches, and synchronizes the ESM exports. */
export function patchBuiltinModules(instrumentation: Instrumentation): void {
  // Built-in modules resolve from any path; that of Node.js always exists.
  const require = createBuiltinRequire();
  let isPatched = false;
  for (const definition of readModuleDefinitions(instrumentation)) {
    if (!isBuiltin(definition.name)) continue;
    const exports: unknown = require(definition.name);
    // The require hook runs only at the first require of a module. If another instrumentation has required it before,
    // the patch is applied here in the same way.
    if (definition.moduleExports === undefined && definition.patch !== undefined) {
      definition.moduleExports = exports;
      definition.patch(exports);
    }
    isPatched = true;
  }
  if (isPatched) syncBuiltinESMExports();
}

/** Whether an instrumentation, of this package or another, has patched `http.request`. */
export function isHttpPatched(): boolean {
  const http = createBuiltinRequire()('http') as {
    readonly request: { readonly __wrapped?: unknown };
  };
  return http.request.__wrapped === true;
}
