// The exports of the doctor. Other layers load it on demand.

export { checkDestination } from './check-destination.js';
export { checkProcess, type ProcessFacts } from './check-process.js';
export type { ProbeTarget, Region } from './probe-target.js';
export { type RegistrationWatch, watchRegistrations } from './registrations.js';
