// A `require` for the modules of Node.js, in ESM and CommonJS.

import { createRequire } from 'node:module';

/** Creates the function. It needs any absolute path. A runtime may refuse that of its binary (Deno without `--allow-read`). */
export function createBuiltinRequire(): NodeJS.Require {
  let path = '/';
  try {
    path = process.execPath;
  } catch {
    // The root exists everywhere but on Windows, where Node.js has `execPath`.
  }
  return createRequire(path);
}
