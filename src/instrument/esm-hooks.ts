// Packages that ESM imports pass by `require`, so their instrumentation needs a loader hook, import-in-the-middle.
// It is registered for the wanted packages only: a hook that no import meets costs and breaks nothing.

import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';

const HOOK = '@opentelemetry/instrumentation/hook.mjs';

/** Copies of the hook that are registered in this process; each works once. */
const registered = new Set<string>();

/** Packages, and a file of the instrumentation that patches them. */
export interface EsmHook {
  /** Its own copy of the hook, resolved from here, is the one that the instrumentation listens to. */
  readonly file: string;
  /** Names as they are imported: `pg`. */
  readonly packages: readonly string[];
}

/**
 * Lets instrumentations patch packages that are imported by ESM from now on.
 *
 * @throws where an instrumentation has no such hook, or Node refuses it
 */
export function registerEsmHooks(hooks: readonly EsmHook[]): void {
  if (hookedByFlag()) return;
  const wanted = new Map<string, { base: string; packages: string[] }>();
  for (const { file, packages } of hooks) {
    const base = createRequire(file).resolve('@opentelemetry/instrumentation');
    const copy = createRequire(base).resolve('import-in-the-middle');
    const entry = wanted.get(copy) ?? { base, packages: [] };
    entry.packages.push(...packages);
    wanted.set(copy, entry);
  }
  for (const [copy, { base, packages }] of wanted) {
    if (registered.has(copy)) continue;
    registered.add(copy);
    const sync = syncHooks(base);
    if (sync !== undefined) sync.register({ include: packages });
    // Before Node 22.22 hooks live in a thread of their own; from 26 on that way is deprecated.
    else register(HOOK, pathToFileURL(base).href, { data: { include: packages } });
  }
}

interface SyncHooks {
  supportsSyncHooks(): boolean;
  register(options: { readonly include: readonly string[] }): void;
}

function syncHooks(base: string): SyncHooks | undefined {
  try {
    const hooks = createRequire(base)('import-in-the-middle/register-hooks.mjs') as SyncHooks;
    return hooks.supportsSyncHooks() ? hooks : undefined;
  } catch {
    return undefined; // An older copy without them, or a Node that cannot require ESM: the other way works there.
  }
}

/** True when the process was started with a hook of its own, which would then wrap everything twice. */
function hookedByFlag(): boolean {
  const flags = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
  return flags.includes('import-in-the-middle') || flags.includes('@opentelemetry/instrumentation/hook.mjs');
}
