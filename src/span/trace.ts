// The facade object.

import {
  addEvent,
  getActiveSpan,
  getRootSpan,
  ids,
  recordError,
  setAttribute,
  setAttributes,
  url,
} from './active-span.js';
import { childEnv, continueTrace, extract, getBaggage, inject, withBaggage } from './propagation.js';
import { bind, detached, drop, keep, suppress } from './context-control.js';
import { check, flush, getTracer, shutdown, stats } from './lifecycle.js';
import { span } from './span.js';
import { startSpan, withSpan } from './manual-span.js';
import { traced } from './traced.js';
import type { Trace } from './types.js';
import { wrap } from './wrap.js';

/**
 * The facade: the functions with which an application traces its own work.
 *
 * @example
 * await trace.span('processOrder', async span => {
 *   span.setAttribute('order.id', orderId);
 *   await completePayment(orderId);
 * });
 */
export const trace: Trace = Object.freeze({
  span,
  wrap,
  traced,
  startSpan,
  withSpan,
  getActiveSpan,
  getRootSpan,
  setAttribute,
  setAttributes,
  addEvent,
  recordError,
  ids,
  url,
  bind,
  detached,
  suppress,
  inject,
  extract,
  continue: continueTrace,
  withBaggage,
  getBaggage,
  childEnv,
  keep,
  drop,
  check,
  flush,
  shutdown,
  stats,
  getTracer,
});
