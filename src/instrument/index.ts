// What the rest of the package sees of this layer.

export { type ApiCopies, findConflictingApiCopy } from './api-copies.js';
export { listApplicationDirectories } from './find-instrumentations.js';
export { DEFAULT_INSTRUMENTATIONS, instrument } from './instrument.js';
export { KNOWN_NAMES } from './instrumentation-names.js';
export type { ActiveInstrumentations, InstrumentDependencies, InstrumentOption } from './types.js';
