// Writes the context into a carrier with the registered propagator.

import { type Context, context as contextApi, propagation, type TextMapSetter } from '@opentelemetry/api';
import { reportFault } from '../core/guard.js';
import { accessCarrier, type Carrier } from './carrier.js';
import type { CarrierAccess } from './carriers/access.js';

const carrierSetter: TextMapSetter<CarrierAccess> = { set: (access, key, value) => access.set(key, value) };

/**
 * Injects the context into a carrier. Without a registered propagator nothing is written. Never throws.
 *
 * @param carrier the carrier to fill. @default a new plain object
 * @param context the context to write. @default the active context
 * @returns the carrier
 */
export function inject(carrier?: undefined, context?: Context): Record<string, string>;
export function inject<C extends Carrier>(carrier: C, context?: Context): C;
export function inject(carrier?: Carrier, context: Context = contextApi.active()): Carrier {
  const target = carrier ?? {};
  try {
    propagation.inject(context, accessCarrier(target), carrierSetter);
  } catch (error) {
    // A propagator of another package may throw. The message is sent without context.
    reportFault('the registered propagator', error);
  }
  return target;
}
