// What the rest of the package sees of this layer.

export { type ApiCopies, secondApiCopy } from './api-copies.js';
export { applicationDirectories } from './find.js';
export { DEFAULT_INSTRUMENTATIONS, instrument } from './instrument.js';
export { KNOWN_NAMES } from './names.js';
export type { Instrumented, InstrumentContext, InstrumentOption } from './types.js';
