// Finds two copies of @opentelemetry/api in one process that do not share their registrations: the most frequent cause of
// missing spans without a message. Copies with compatible versions share them and are not reported.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { getRegisteredApiVersion, sharesApi } from '../core/api-version.js';
import { listApplicationDirectories, resolvePackage } from '../core/application-packages.js';
import { apiFile } from './packages.cjs';

/** One copy of @opentelemetry/api. */
export interface ResolvedApiCopy {
  readonly file: string;
  readonly version: string;
}

/** Two copies that do not share their registrations. */
export interface ConflictingApiCopies {
  /** The copy that this package uses. */
  readonly ours: ResolvedApiCopy;
  /** The copy that the application uses. */
  readonly application: ResolvedApiCopy;
}

/**
 * Finds out whether the application uses another copy of the API than this package, and one of them does not see the
 * registered tracer provider.
 *
 * @param directories directories of the application
 * @param ownFile returns the file of the copy that this package uses; may throw
 * @param registered the version of the copy that registered first
 * @returns the two copies; undefined if there is one copy, if both share the registrations, or if the copies cannot be
 *   determined because the application is bundled
 */
export function findConflictingApiCopy(
  directories: readonly string[] = listApplicationDirectories(),
  ownFile: () => string = apiFile,
  registered: string | undefined = getRegisteredApiVersion(),
): ConflictingApiCopies | undefined {
  try {
    const ourFile = ownFile();
    const applicationFile = resolvePackage('@opentelemetry/api', directories);
    if (applicationFile === undefined || applicationFile === ourFile || registered === undefined) {
      return undefined;
    }
    const ours = describeCopy(ourFile);
    const application = describeCopy(applicationFile);
    const isShared = [ours, application].every(({ version }) => sharesApi(version, registered));
    return isShared ? undefined : { ours, application };
  } catch {
    // In a bundle there is nothing to resolve, and a second copy cannot be found.
    return undefined;
  }
}

/** Describes the copy that a file belongs to. */
function describeCopy(file: string): ResolvedApiCopy {
  for (let directory = dirname(file); directory !== dirname(directory); directory = dirname(directory)) {
    const version = readVersion(join(directory, 'package.json'));
    if (version !== undefined) return { file, version };
  }
  throw new Error(`no package.json above ${file}`);
}

/** Reads the version of a package.json; undefined without the file or, as in a folder with only a `"type"`, without a version. */
function readVersion(path: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined; // Most folders have no package.json.
  }
}
