// The facade object.

import { getActiveTracer } from './active-tracer.js';
import { createTraceApi } from './create-trace-api.js';
import type { TraceApi } from './trace-api.js';

/**
 * The facade: the functions with which an application traces its own work.
 *
 * @example
 * await trace.span('processOrder', async span => {
 *   span.setAttribute('order.id', orderId);
 *   await completePayment(orderId);
 * });
 */
export const trace: TraceApi = createTraceApi(getActiveTracer);
