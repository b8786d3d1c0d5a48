// The receiver accepts OTLP over HTTP, keeps traces in memory and serves them as JSON.

export { isLoopback } from './host-check.js';
export { ReceiverError, type ReceiverErrorCode } from './receiver-error.js';
export { type Receiver, type ReceiverOptions, startReceiver } from './server.js';
export { type StoreOptions, type StoreStats, type TraceNotification, TraceStore } from './trace-store.js';
