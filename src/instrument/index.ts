// Instrumentations: our own of node:http servers, and those of OpenTelemetry.

export { type ConflictingApiCopies, findConflictingApiCopy } from './api-copies.js';
export { DEFAULT_INSTRUMENTATIONS, instrument } from './instrument.js';
export { KNOWN_NAMES } from './instrumentation-names.js';
export type { ActiveInstrumentations, InstrumentDependencies, InstrumentOption } from './types.js';
