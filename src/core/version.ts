// The name and version of this package: the instrumentation scope of its spans, and part of the start-up line.

/** The version of this package. A test compares it with package.json. */
export const VERSION = '0.1.0';

/** The name of the instrumentation scope of every span that the facade starts. */
export const SCOPE_NAME = '@do/trace';
