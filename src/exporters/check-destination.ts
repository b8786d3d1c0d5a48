// Would spans arrive? The doctor knows; it is loaded when it is asked for.

import type { Check } from '../core/check.js';
import type { DestinationOptions } from '../delivery/destination/destination-options.js';
import type { ProbeTarget } from '../doctor/index.js';
import type { ExporterContext } from './exporter.js';

/** What a product offers the doctor beyond taking spans. */
export type BackendHints = Pick<ProbeTarget, 'keySetting' | 'regions' | 'jaeger' | 'acceptsAnyReceiver' | 'url'>;

/**
 * Examines the way to a destination: name, connection, TLS, an empty request, a real span, the clocks, and whether the span
 * can be read back. Never rejects.
 *
 * @param destination as delivery was told it
 * @param context what the exporter was told
 * @param offers what can be asked besides
 */
export async function checkDestination(
  destination: DestinationOptions,
  context: ExporterContext,
  offers: BackendHints = {},
): Promise<Check> {
  const { checkDestination } = await import('../doctor/index.js');
  const { delivery, resource, env } = context;
  return checkDestination({ destination, delivery, resource, env, ...offers });
}
