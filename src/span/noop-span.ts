// The span that records nothing: what user code gets where there is no tracer.

import { INVALID_SPAN_CONTEXT, type Span, trace as apiTrace } from '@opentelemetry/api';

/** One shared span without ids; every method is a no-op, so sharing it is safe. */
export const NOOP_SPAN: Span & Disposable = Object.freeze(
  Object.assign(apiTrace.wrapSpanContext(INVALID_SPAN_CONTEXT), { [Symbol.dispose]: () => {} }),
);
