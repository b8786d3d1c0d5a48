// Starts the delivery of an exporter of this package, together with its check.

import type { Check } from '../core/check.js';
import type { DeliverOptions, ExporterContext, StartedExporter } from './exporter.js';
import { type DestinationExtras, membersOf, resolveDestination, withExtras } from './exporter-context.js';
import { type BackendHints, probeDestination } from './probe-destination.js';

/** A running delivery. */
export interface DeliveredDestination {
  readonly started: StartedExporter;
  /** Examines the route to the destination. Never rejects. */
  readonly check: (hints?: BackendHints) => Promise<Check>;
}

/**
 * Delivers spans to a destination.
 *
 * @param context the context that the exporter was started with
 * @param options the destination
 * @param extras the options that only exporters of this package set
 */
export function deliverTo(
  context: ExporterContext,
  options: DeliverOptions & { readonly name: string },
  extras: DestinationExtras = {},
): DeliveredDestination {
  const given = withExtras(options, extras);
  const started = context.deliver(given);
  const { diagnostics } = membersOf(context);
  return {
    started,
    check: hints => probeDestination(resolveDestination(options.name, given, diagnostics), context, hints),
  };
}
