// Two copies of @opentelemetry/api in one process: the commonest cause of "no spans, and not a word about it".

import { applicationDirectories, resolveFrom } from './find.js';
import { apiFile } from './packages.cjs';

/** The two copies, by file. */
export interface ApiCopies {
  /** The copy that this package uses. */
  readonly ours: string;
  /** The copy that the application gets. */
  readonly application: string;
}

/**
 * Looks whether the application gets another copy of the API than this package does.
 *
 * @param directories where the application's packages are looked for
 * @returns the two files; undefined where there is one copy, or where it cannot be told (a bundled application)
 */
export function secondApiCopy(
  directories: readonly string[] = applicationDirectories(),
  ownFile: () => string = apiFile,
): ApiCopies | undefined {
  try {
    const ours = ownFile();
    const application = resolveFrom('@opentelemetry/api', directories);
    return application === undefined || application === ours ? undefined : { ours, application };
  } catch {
    // Bundled into one file: there is nothing to resolve, and so no second copy either.
    return undefined;
  }
}
