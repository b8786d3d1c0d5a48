// The receiver: OTLP over HTTP in, traces in memory, JSON out.

export { isLoopback } from './host-check.js';
export { ReceiverError, type ReceiverErrorCode } from './receiver-error.js';
export { type Receiver, type ReceiverOptions, startReceiver } from './server.js';
export { type TraceNotification, type StoreOptions, type StoreStats, type Timers, TraceStore } from './trace-store.js';
