// Copies of @opentelemetry/api in one process share the registered tracer provider. Each copy decides by its own version
// whether it uses that provider; a copy that must not use it returns no-op tracers without a message.

const API_GLOBAL = Symbol.for('opentelemetry.js.api.1');
const VERSION = /^(\d+)\.(\d+)\.(\d+)(-.+)?$/;

/** The version of the copy that registered first in this process; undefined if nothing is registered. */
export function getRegisteredApiVersion(): string | undefined {
  return (globalThis as { [API_GLOBAL]?: { readonly version?: string } })[API_GLOBAL]?.version;
}

/**
 * Whether a copy of the API uses the registered provider: same major version, and a minor version that is not newer.
 *
 * @param version of the copy, from its package.json
 * @param registered the version of the copy that registered first
 * @see https://github.com/open-telemetry/opentelemetry-js/blob/main/api/src/internal/semver.ts
 */
export function sharesApi(version: string, registered: string): boolean {
  if (version === registered) return true;
  const own = parseVersion(version);
  const theirs = parseVersion(registered);
  if (own === undefined || theirs === undefined || own[0] !== theirs[0]) return false;
  // Below 1.0 a minor version may break and a patch version may add.
  if (own[0] === 0) return own[1] === theirs[1] && own[2] <= theirs[2];
  return own[1] <= theirs[1];
}

/** Major, minor and patch; undefined for a pre-release, which is compatible only with itself. */
function parseVersion(version: string): readonly [number, number, number] | undefined {
  const [, major, minor, patch, preRelease] = VERSION.exec(version) ?? [];
  return major === undefined || preRelease !== undefined
    ? undefined
    : [Number(major), Number(minor), Number(patch)];
}
