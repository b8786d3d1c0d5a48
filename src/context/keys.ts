// The two context keys of OpenTelemetry that the hot path reads. `createContextKey` is `Symbol.for`, so every copy of the
// API has the same keys. A test compares them with the keys of the API and the SDK.

import { createContextKey } from '@opentelemetry/api';

/** The key of the active span. */
export const SPAN_KEY: symbol = createContextKey('OpenTelemetry Context Key SPAN');

/** The key that forces the sampling of a new trace: `true` if the application keeps it from the start. */
export const KEEP_TRACE_KEY: symbol = createContextKey('@do/trace keep trace');

export { SUPPRESS_KEY } from '../core/suppression.js';
