// Reads the context of a carrier with the registered propagator.

import { type Context, context as contextApi, propagation } from '@opentelemetry/api';
import { reportFault } from '../core/guard.js';
import { accessCarrier } from './carrier.js';
import { carrierGetter } from './header-values.js';

/**
 * Extracts the context of a carrier. Never throws.
 *
 * @param carrier any value; one that is not an object carries nothing
 * @param base the context to extend. @default the active context
 * @returns the base itself if the carrier has no valid context
 */
export function extract(carrier: unknown, base: Context = contextApi.active()): Context {
  try {
    return propagation.extract(base, accessCarrier(carrier), carrierGetter);
  } catch (error) {
    // A propagator of another package may throw. The work continues in the given context.
    reportFault('the registered propagator', error);
    return base;
  }
}
