// Explicit wrappers for HTTP clients and servers that have no instrumentation.

export { type Fetch, traceFetch } from './client.js';
export type { HandlerOptions } from './route.js';
export { traceHandler } from './server.js';
