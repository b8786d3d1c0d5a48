// Loads the doctor to examine a destination. The doctor is not loaded before the first check.

import type { Check } from '../core/check.js';
import type { DestinationOptions } from '../delivery/index.js';
import type { ProbeTarget } from '../doctor/index.js';
import type { ExporterContext } from './exporter.js';
import { membersOf } from './exporter-context.js';

/** The features of a backend that the doctor uses besides the OTLP endpoint. */
export type BackendHints = Pick<
  ProbeTarget,
  'keySetting' | 'regions' | 'jaeger' | 'acceptsAnyReceiver' | 'url'
>;

/**
 * Examines the route to a destination: name, connection, TLS, an empty request, a span, the clocks, and whether the span can
 * be read back. Never rejects.
 *
 * @param destination the destination, as delivery received it
 * @param context the context that the exporter was started with
 * @param hints further features of the backend
 */
export async function probeDestination(
  destination: DestinationOptions,
  context: ExporterContext,
  hints: BackendHints = {},
): Promise<Check> {
  const { checkDestination } = await import('../doctor/index.js');
  const { env } = context;
  const { delivery, resource } = membersOf(context);
  return checkDestination({ destination, delivery, resource, env, ...hints });
}
