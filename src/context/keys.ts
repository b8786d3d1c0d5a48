// The two context keys of OpenTelemetry that the hot path reads. `createContextKey` is `Symbol.for`, so they are
// the same keys in every copy of the API; a test holds them equal to what the API and the SDK write.

import { createContextKey } from '@opentelemetry/api';

/** Where the active span stands in a context. */
export const SPAN_KEY: symbol = createContextKey('OpenTelemetry Context Key SPAN');

export { SUPPRESS_KEY } from '../core/suppression.js';
