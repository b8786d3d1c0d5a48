// Reads environment variables and files that a test gives as records.

import { type EnvironmentOptions, readEnvironment } from '../../src/config/environment.js';

/** Variables by name, or file contents by path. */
export type Variables = Readonly<Record<string, string>>;

/** The options of an empty environment. */
export const EMPTY_ENVIRONMENT: EnvironmentOptions = {
  attributes: {},
  otlp: {},
  limits: {},
  delivery: {},
  problems: [],
};

/** Reads variables. A file that is not given does not exist. */
export function readVariables(env: Variables, files: Variables = {}): EnvironmentOptions {
  return readEnvironment(env, path => {
    const content = files[path];
    if (content === undefined) throw new Error('ENOENT');
    return content;
  });
}
