// What the rest of the package takes from the doctor, always on demand: an application that is well never loads it.

export { examineDestination } from './connection.js';
export { examineProcess, type ProcessFacts } from './process.js';
export { type RegistrationWatch, watchRegistrations } from './registrations.js';
export { type ConnectionTarget, type Region } from './target.js';
