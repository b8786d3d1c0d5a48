// The engine: our tracer provider with its tracer and its spans.

export { FaultReporter } from './fault-reporter.js';
export { getLocalRoot, hasEndedSpans } from './local-root.js';
export { MultiSpanProcessor } from './multi-span-processor.js';
export { TracerProvider, type TracerProviderDependencies } from './provider.js';
export { replaceContent } from './replace-content.js';
export { Tracer } from './tracer.js';
