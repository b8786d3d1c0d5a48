// The owner of the patches of an instrumentation. The patched objects belong to Node.js, so every copy of this package and
// every realm of a test runner sees them. A second owner would create every span twice.
//
// The mark does not depend on the layout of the shared state. It is on the class of HTTP servers, because Jest gives each
// test file its own globals and its own `process`, but the built-in modules of the process.

import { createBuiltinRequire } from '../core/builtin-require.js';
import { VERSION } from '../core/version.js';

const MARK = Symbol.for('@do/trace/patched');

/** The patches of one instrumentation. */
interface PatchOwner {
  /** The version of the package. */
  readonly version: string;
  /** The global object of the realm. */
  readonly realm: object;
  /** Removes the patches. */
  disable(): void;
}

type PatchOwners = Partial<Record<string, PatchOwner>>;

/**
 * Makes this copy the owner of an instrumentation. The patches of another realm are removed first: in Jest, it is that of a
 * test file that has ended.
 *
 * @param name the name of the instrumentation
 * @param disable removes the patches of the new owner
 * @returns a function that gives up the ownership; undefined if another copy in this realm is the owner
 */
export function claimPatches(name: string, disable: () => void): (() => void) | undefined {
  const owners = readOwners();
  const existing = owners[name];
  if (existing !== undefined) {
    if (existing.realm === globalThis) return undefined;
    existing.disable();
  }
  const owner: PatchOwner = { version: VERSION, realm: globalThis, disable };
  owners[name] = owner;
  return () => {
    if (owners[name] === owner) delete owners[name];
  };
}

/** Whether another copy of this package owns the patches of an instrumentation, and must keep them. */
export function arePatchesOwned(name: string): boolean {
  return readOwners()[name]?.realm === globalThis;
}

function readOwners(): PatchOwners {
  const { Server } = createBuiltinRequire()('http') as { readonly Server: { [MARK]?: PatchOwners } };
  const existing = Server[MARK];
  if (existing !== undefined) return existing;
  const owners: PatchOwners = {};
  Object.defineProperty(Server, MARK, { value: owners, enumerable: false });
  return owners;
}
