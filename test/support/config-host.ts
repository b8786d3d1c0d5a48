// A configuration's world made by hand: no real environment, no real files.

import type { ConfigHost } from '../../src/config/resolve.js';

export interface ConfigHostParts {
  readonly env?: Record<string, string | undefined>;
  readonly files?: Record<string, string>;
  readonly argv1?: string;
  readonly knownInstrumentations?: readonly string[];
}

export function configHost({ env = {}, files = {}, argv1, knownInstrumentations }: ConfigHostParts = {}): ConfigHost {
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
