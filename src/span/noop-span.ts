// The no-op span that the facade passes to the application without a tracer.

import { INVALID_SPAN_CONTEXT, type Span, trace as apiTrace } from '@opentelemetry/api';

/** A shared span without ids. Every method does nothing, so it is safe to share. */
export const NOOP_SPAN: Span & Disposable = Object.freeze(
  Object.assign(apiTrace.wrapSpanContext(INVALID_SPAN_CONTEXT), { [Symbol.dispose]: () => {} }),
);
