// Packages that ESM imports do not pass through `require`. Their instrumentations need the loader hook of the package
// import-in-the-middle. It is registered only for the packages of enabled instrumentations, so other imports stay as they are.

import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';

const HOOK = '@opentelemetry/instrumentation/hook.mjs';

/** The packages of an instrumentation. */
export interface EsmHook {
  /** A file of the instrumentation. Only the copy of import-in-the-middle that it resolves to works for it. */
  readonly file: string;
  /** The names in imports: `pg`. */
  readonly packages: readonly string[];
}

/** The parts of Node.js that the registration needs; tests inject their own. */
export interface EsmHookHost {
  /** The flags of the process, which may already name a hook. */
  readonly flags: string;
  /** `register` of `node:module`: starts a hook in a separate thread. */
  readonly register: (
    specifier: string,
    parentUrl: string,
    options: { readonly data: { readonly include: readonly string[] } },
  ) => void;
  /** Loads the hooks in this thread of a copy of import-in-the-middle; throws if the copy or Node.js lacks them. */
  readonly loadSyncHooks: (instrumentationFile: string) => SyncHooks;
  /** The copies whose hook is registered. Each copy can be registered once. */
  readonly registeredCopies: Set<string>;
}

/** Hooks that run in this thread, of newer copies of import-in-the-middle. */
interface SyncHooks {
  supportsSyncHooks(): boolean;
  register(options: { readonly include: readonly string[] }): void;
}

const registeredCopies = new Set<string>();

/**
 * Enables instrumentations to patch packages that ESM imports from now on.
 *
 * @param hooks the packages, by instrumentation
 * @param host the process. @default the current process
 * @throws if an instrumentation has no loader hook, or if Node.js rejects it
 */
export function registerEsmHooks(
  hooks: readonly EsmHook[],
  host: EsmHookHost = describeCurrentProcess(),
): void {
  if (hasHookFlag(host.flags)) return;
  for (const [copy, { instrumentationFile, packages }] of groupByCopy(hooks)) {
    if (host.registeredCopies.has(copy)) continue;
    host.registeredCopies.add(copy);
    const syncHooks = findSyncHooks(instrumentationFile, host);
    if (syncHooks !== undefined) syncHooks.register({ include: packages });
    // Before Node.js 22.22 hooks run in a separate thread. From Node.js 26 on those hooks are deprecated.
    else host.register(HOOK, pathToFileURL(instrumentationFile).href, { data: { include: packages } });
  }
}

interface HookGroup {
  /** The main file of a copy of @opentelemetry/instrumentation. */
  readonly instrumentationFile: string;
  readonly packages: string[];
}

/** Groups the packages by the copy of import-in-the-middle that patches them. */
function groupByCopy(hooks: readonly EsmHook[]): Map<string, HookGroup> {
  const groups = new Map<string, HookGroup>();
  for (const { file, packages } of hooks) {
    const instrumentationFile = createRequire(file).resolve('@opentelemetry/instrumentation');
    const copy = createRequire(instrumentationFile).resolve('import-in-the-middle');
    const group = groups.get(copy) ?? { instrumentationFile, packages: [] };
    group.packages.push(...packages);
    groups.set(copy, group);
  }
  return groups;
}

function findSyncHooks(instrumentationFile: string, { loadSyncHooks }: EsmHookHost): SyncHooks | undefined {
  try {
    const hooks = loadSyncHooks(instrumentationFile);
    return hooks.supportsSyncHooks() ? hooks : undefined;
  } catch {
    // An older copy lacks them, and an older Node.js cannot require ESM. Hooks in a separate thread work there.
    return undefined;
  }
}

/** Whether the process was started with a hook, so that a second one would wrap every module twice. */
function hasHookFlag(flags: string): boolean {
  return flags.includes('import-in-the-middle') || flags.includes(HOOK);
}

function describeCurrentProcess(): EsmHookHost {
  return {
    flags: [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' '),
    register,
    loadSyncHooks: file => createRequire(file)('import-in-the-middle/register-hooks.mjs') as SyncHooks,
    registeredCopies,
  };
}
