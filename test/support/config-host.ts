// A host process for the configuration, with an environment and files that a test gives as records.

import type { ConfigHost } from '../../src/config/resolve.js';

/** The parts that a test sets. */
export interface ConfigHostParts {
  readonly env?: Record<string, string | undefined>;
  /** File contents by path. */
  readonly files?: Record<string, string>;
  readonly argv1?: string;
  readonly knownInstrumentations?: readonly string[];
}

/** Creates the host process. Its working directory is `/app`. */
export function configHost({
  env = {},
  files = {},
  argv1,
  knownInstrumentations,
}: ConfigHostParts = {}): ConfigHost {
  return {
    env,
    cwd: '/app',
    ...(argv1 === undefined ? {} : { argv1 }),
    ...(knownInstrumentations === undefined ? {} : { knownInstrumentations }),
    readFile(path) {
      const content = files[path];
      if (content === undefined) throw new Error(`ENOENT: ${path}`);
      return content;
    },
  };
}
