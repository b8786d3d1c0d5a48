// Instrumentations: our own of node:http, node:https and fetch, and those of OpenTelemetry by name.

export { type ConflictingApiCopies, findConflictingApiCopy } from './api-copies.js';
export { instrument } from './instrument.js';
export { KNOWN_NAMES } from './instrumentation-names.js';
export type {
  ActiveInstrumentations,
  FetchInstrumentOptions,
  HttpInstrumentOptions,
  IncomingRequest,
  InstrumentDependencies,
  Instrumentation,
  InstrumentOption,
  InstrumentRecord,
  OutgoingFetch,
  OutgoingRequest,
  PathPattern,
  TargetPattern,
} from './types.js';
