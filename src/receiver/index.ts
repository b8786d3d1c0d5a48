// The receiver: OTLP over HTTP in, traces in memory, JSON out.

export { isLoopback } from './host-check.js';
export { ReceiverError, type ReceiverErrorCode } from './errors.js';
export { type Receiver, type ReceiverOptions, startReceiver } from './server.js';
export { type Announcement, type StoreOptions, type StoreStats, type Timers, TraceStore } from './store.js';
