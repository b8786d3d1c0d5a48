// The package's own name and version, as the instrumentation scope of its spans and in its start-up line.

/** The package's version; a test holds it equal to package.json. */
export const VERSION = '0.1.0';

/** The instrumentation scope's name of every span that the facade starts. */
export const SCOPE_NAME = '@do/trace';
