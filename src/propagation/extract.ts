// Into the process: the context out of a carrier, by whatever propagator is registered.

import { type Context, context as contextApi, propagation } from '@opentelemetry/api';
import { reportFault } from '../core/guard.js';
import { accessCarrier } from './carrier.js';
import { carrierGetter } from './header-values.js';

/**
 * Reads a carrier on top of a context. Never throws; a carrier without a valid context gives the base back.
 *
 * @param carrier anything; what is no object carries nothing
 * @param base what the answer is built on. @default the active context
 */
export function extract(carrier: unknown, base: Context = contextApi.active()): Context {
  try {
    return propagation.extract(base, accessCarrier(carrier), carrierGetter);
  } catch (error) {
    // A foreign propagator failed: the work goes on in the context it had.
    reportFault('the registered propagator', error);
    return base;
  }
}
