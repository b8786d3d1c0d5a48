// The context of exporters: the public members, and further members for the exporters of this package under a symbol.

import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { maskEndpoint, normalizeEndpoint } from '../core/endpoint.js';
import type { Diagnostics } from '../core/diagnostics.js';
import { globalState } from '../core/global-state.js';
import { nonEmptyString, oneOf, throwIfInvalid } from '../core/validators.js';
import type { Delivery, DestinationOptions } from '../delivery/index.js';
import type { DeliveryOptions } from '../delivery/options.js';
import type { DeliveryStats } from '../delivery/stats.js';
import { deliveryValidator } from '../delivery/validate-options.js';
import type { DeliverOptions, ExporterContext } from './exporter.js';
import {
  endpointValidator,
  headersValidator,
  tlsValidator,
  validateExporterOptions,
} from './option-validation.js';
import { type OtlpSettings, DEFAULT_OTLP_SETTINGS } from './otlp-settings.js';
import { readCertificates } from './read-certificates.js';
import { startedDelivery } from './started-exporter.js';

const MEMBERS: unique symbol = Symbol.for('@do/trace/exporter-context') as never;
const EXTRAS: unique symbol = Symbol.for('@do/trace/deliver-options') as never;

/** The members of the context for exporters of this package. */
export interface ContextMembers {
  readonly diagnostics: Diagnostics;
  /** The attributes of this process, some of which may still be detected. */
  readonly resource: Resource;
  /** The `delivery` option of `init()`. */
  readonly delivery: DeliveryOptions;
  /** The `OTEL_EXPORTER_OTLP_*` variables, with defaults. */
  readonly otlp: OtlpSettings;
  /** The statistics of all exporters, including this one. */
  readonly deliveryStats: () => DeliveryStats;
}

/** The options of a destination that only exporters of this package set. */
export type DestinationExtras = Pick<
  DestinationOptions,
  'shape' | 'transport' | 'displayEndpoint' | 'maxChunkBytes'
>;

/** The parts of the contexts of all exporters. */
export interface ContextParts extends ContextMembers {
  readonly service: string;
  readonly env: ExporterContext['env'];
  /** Adds a destination to the delivery of the set-up. */
  readonly addDestination: (options: DestinationOptions) => Delivery;
}

/**
 * Creates the context of an exporter.
 *
 * @param name the exporter's name
 * @param parts what all exporters have in common
 */
export function createExporterContext(name: string, parts: ContextParts): ExporterContext {
  const { service, env, addDestination, ...members } = parts;
  const { diagnostics, resource } = members;
  return {
    service,
    resource,
    env,
    diagnostics,
    deliver: options => startedDelivery(addDestination(resolveDestination(name, options, diagnostics))),
    [MEMBERS]: members,
  } as ExporterContext;
}

/** The further members of a context. A context that the application made has none, so they have defaults. */
export function membersOf(context: ExporterContext): ContextMembers {
  const members = (context as { readonly [MEMBERS]?: ContextMembers })[MEMBERS];
  return (
    members ?? {
      diagnostics: globalState.diagnostics,
      resource: resourceFromAttributes(context.resource.attributes),
      delivery: {},
      otlp: DEFAULT_OTLP_SETTINGS,
      deliveryStats: () => ({ exporters: [], lateCalls: 0 }),
    }
  );
}

/** Adds options that are not public to those of `deliver()`. A copy of the object by spread keeps them. */
export function withExtras(options: DeliverOptions, extras: DestinationExtras): DeliverOptions {
  return { ...options, [EXTRAS]: extras } as DeliverOptions;
}

/**
 * Resolves the options of `deliver()`.
 *
 * @param exporterName the default of the name
 * @throws TraceError with every mistake in the options
 */
export function resolveDestination(
  exporterName: string,
  given: DeliverOptions,
  diagnostics: Diagnostics,
): DestinationOptions {
  const { options, problems } = validateExporterOptions<DeliverOptions>(
    'deliver',
    given,
    {
      endpoint: endpointValidator,
      name: nonEmptyString,
      headers: headersValidator,
      protocol: oneOf(['http/protobuf', 'http/json']),
      compression: oneOf(['gzip', 'none']),
      tls: tlsValidator,
      delivery: deliveryValidator,
    },
    ['endpoint'],
  );
  throwIfInvalid(problems);
  const { endpoint, name = exporterName, tls, ...others } = options;
  const extras = (given as { readonly [EXTRAS]?: DestinationExtras })[EXTRAS];
  const url =
    typeof endpoint === 'string' ? normalizeEndpoint(endpoint, 'deliver.endpoint').url : endpoint.href;
  const target = new URL(url ?? '');
  return {
    ...others,
    displayEndpoint: maskEndpoint(target.href),
    ...extras,
    name,
    endpoint: target,
    tls: readCertificates(tls, `${name}.tls`, diagnostics),
  };
}
