// Out of the process: the context into a carrier, by whatever propagator is registered.

import { type Context, context as contextApi, propagation, type TextMapSetter } from '@opentelemetry/api';
import { reportFault } from '../core/guard.js';
import { type Carrier, accessCarrier } from './carrier.js';
import type { CarrierAccess } from './carriers/access.js';

const carrierSetter: TextMapSetter<CarrierAccess> = { set: (access, key, value) => access.set(key, value) };

/**
 * Writes the context into a carrier and gives the carrier back. Without a registered propagator nothing is written.
 * Never throws.
 *
 * @param carrier where to write; a new plain object if there is none
 * @param context what to write. @default the active context
 */
export function inject(carrier?: undefined, context?: Context): Record<string, string>;
export function inject<C extends Carrier>(carrier: C, context?: Context): C;
export function inject(carrier?: Carrier, context: Context = contextApi.active()): Carrier {
  const target = carrier ?? {};
  try {
    propagation.inject(context, accessCarrier(target), carrierSetter);
  } catch (error) {
    // A foreign propagator failed: the message leaves without context rather than not at all.
    reportFault('the registered propagator', error);
  }
  return target;
}
