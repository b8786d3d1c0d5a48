// Explicit wrappers for HTTP, where no instrumentation can reach.

export { type Fetch, tracedFetch } from './client.js';
export type { HandlerOptions } from './route.js';
export { handler } from './server.js';
