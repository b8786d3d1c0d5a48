// Two copies of @opentelemetry/api in one process that do not work together: the commonest cause of "no spans, and not a
// word about it". Copies whose versions fit share what is registered, and are nobody's concern.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { registeredApiVersion, sharesApi } from '../core/api-version.js';
import { listApplicationDirectories, resolvePackage } from './find-instrumentations.js';
import { apiFile } from './packages.cjs';

/** One copy. */
export interface ApiCopy {
  readonly file: string;
  readonly version: string;
}

/** Two copies of which one does not see what the other registered. */
export interface ApiCopies {
  /** The copy that this package uses. */
  readonly ours: ApiCopy;
  /** The copy that the application gets. */
  readonly application: ApiCopy;
}

/**
 * Looks whether the application gets another copy of the API than this package does, and one of them finds no tracer.
 *
 * @param directories where the application's packages are looked for
 * @param ownFile the file of this package's copy; may throw
 * @param registered the version under which the API is registered
 * @returns the two copies; undefined where there is one, where they work together, or where it cannot be told (a bundled
 *   application)
 */
export function findConflictingApiCopy(
  directories: readonly string[] = listApplicationDirectories(),
  ownFile: () => string = apiFile,
  registered: string | undefined = registeredApiVersion(),
): ApiCopies | undefined {
  try {
    const [own, theirs] = [ownFile(), resolvePackage('@opentelemetry/api', directories)];
    if (theirs === undefined || theirs === own || registered === undefined) return undefined;
    const [ours, application] = [copyAt(own), copyAt(theirs)];
    const fit = [ours, application].every(({ version }) => sharesApi(version, registered));
    return fit ? undefined : { ours, application };
  } catch {
    // Bundled into one file: there is nothing to resolve, and so no second copy either.
    return undefined;
  }
}

/** The copy that a file is part of. */
function copyAt(file: string): ApiCopy {
  for (let at = dirname(file); at !== dirname(at); at = dirname(at)) {
    const version = versionIn(join(at, 'package.json'));
    if (version !== undefined) return { file, version };
  }
  throw new Error(`no package.json above ${file}`);
}

/** The version that a package.json tells; undefined where there is none, as in a folder that only says `"type"`. */
function versionIn(path: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined; // Most folders have none.
  }
}
