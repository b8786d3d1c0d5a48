// The engine: our provider, its tracer and its spans.

export { readExceptionAttributes } from './record-exception.js';
export { FaultReporter } from './fault-reporter.js';
export { getLocalRoot } from './local-root.js';
export { NonRecordingSpan } from './non-recording-span.js';
export { MultiSpanProcessor } from './multi-span-processor.js';
export { TracerProvider, type TracerProviderDependencies } from './provider.js';
export { Span } from './span.js';
export { Tracer } from './tracer.js';
