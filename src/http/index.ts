// Explicit wrappers for HTTP clients and servers that have no instrumentation.

export { type Fetch, tracedFetch } from './client.js';
export type { HandlerOptions } from './route.js';
export { handler } from './server.js';
