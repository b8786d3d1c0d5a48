// The engine: our provider, its tracer and its spans.

export { recordedException } from './record-exception.js';
export { Faults } from './fault-reporter.js';
export { localRootOf } from './local-root.js';
export { NonRecordingSpan } from './non-recording-span.js';
export { Processors } from './processors.js';
export { Provider, type ProviderParts } from './provider.js';
export { Span } from './span.js';
export { Tracer } from './tracer.js';
