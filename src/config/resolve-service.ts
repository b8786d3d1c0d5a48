// Resolves the identity of the service and the resource attributes.

import type { AttributeValue } from '@opentelemetry/api';
import { UNKNOWN_SERVICE } from './defaults.js';
import type { EnvironmentOptions } from './environment.js';
import type { OptionProblem } from '../core/errors.js';
import { formatText, formatValue } from '../core/format-value.js';
import { omitUndefined } from '../core/omit-undefined.js';
import type { InitOptions, ServiceOptions } from './options.js';
import { findPackage, type PackageIdentity, type PackageSearch } from './package-json.js';
import type { ResolvedConfig, ResolvedService } from './resolved.js';

/** The resource attribute of each part of `service`, followed by its older names. */
const SERVICE_ATTRIBUTES: Readonly<Record<keyof ServiceOptions, readonly [string, ...string[]]>> = {
  name: ['service.name'],
  version: ['service.version'],
  namespace: ['service.namespace'],
  environment: ['deployment.environment.name', 'deployment.environment'],
  instanceId: ['service.instance.id'],
};

/**
 * Resolves the service. Precedence: the `service` option, the option `resource.attributes`, `OTEL_SERVICE_NAME`,
 * `OTEL_RESOURCE_ATTRIBUTES`, package.json.
 *
 * @param given the validated options
 * @param env the options of the environment
 * @param search the start of the search for package.json
 */
export function resolveService(
  given: InitOptions,
  env: EnvironmentOptions,
  search: PackageSearch,
): ResolvedService {
  const option = getServiceOption(given);
  const configured = (part: keyof ServiceOptions): string | undefined =>
    option[part] ??
    getServiceAttribute(part, given.resource?.attributes ?? {}) ??
    getServiceAttribute(part, env.attributes);
  const nameInCode = option.name ?? getServiceAttribute('name', given.resource?.attributes ?? {});
  const name = nameInCode ?? env.serviceName ?? getServiceAttribute('name', env.attributes);
  const version = configured('version');
  const isComplete = name !== undefined && version !== undefined;
  const identity: Partial<PackageIdentity> = isComplete ? {} : (findPackage(search) ?? {});
  return {
    name: name ?? identity.name ?? UNKNOWN_SERVICE,
    ...omitUndefined({
      version: version ?? identity.version,
      namespace: configured('namespace'),
      environment: configured('environment'),
      instanceId: configured('instanceId'),
    }),
  };
}

/**
 * Finds the attributes of the option `resource` that the option `service` replaces by another value.
 *
 * @param given the validated options
 */
export function findServiceConflicts(given: InitOptions): OptionProblem[] {
  const option = getServiceOption(given);
  const attributes = given.resource?.attributes ?? {};
  return Object.entries(SERVICE_ATTRIBUTES).flatMap(([part, [key]]): OptionProblem[] => {
    const value = option[part as keyof ServiceOptions];
    const attribute = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
    if (value === undefined || attribute === undefined || attribute === value) return [];
    if (isPlaceholder(attribute)) return [];
    const path = typeof given.service === 'string' ? 'service' : `service.${part}`;
    return [
      {
        code: 'conflicting_settings',
        path: `resource.attributes["${key}"]`,
        expected: `${formatText(value)} as in ${path}`,
        received: formatValue(attribute),
        fix: `${path} is used. Remove one of them.`,
      },
    ];
  });
}

/** The resource of OpenTelemetry's SDK has a placeholder as the name. */
function isPlaceholder(attribute: AttributeValue): boolean {
  return (
    typeof attribute === 'string' && (attribute.trim() === '' || attribute.startsWith('unknown_service'))
  );
}

/**
 * Resolves the resource attributes. Precedence: the service, the option `resource.attributes`, the environment.
 *
 * @param given the validated options
 * @param env the options of the environment
 * @param service the resolved service
 */
export function resolveAttributes(
  given: InitOptions,
  env: EnvironmentOptions,
  service: ResolvedService,
): ResolvedConfig['attributes'] {
  const attributes = new Map<string, AttributeValue>(Object.entries(env.attributes));
  for (const [key, value] of Object.entries(given.resource?.attributes ?? {})) {
    if (value !== undefined) attributes.set(key, value);
  }
  for (const [part, [key]] of Object.entries(SERVICE_ATTRIBUTES)) {
    const value = service[part as keyof ServiceOptions];
    if (value !== undefined) attributes.set(key, value);
  }
  return Object.fromEntries(attributes);
}

function getServiceOption({ service }: InitOptions): ServiceOptions {
  return typeof service === 'string' ? { name: service } : (service ?? {});
}

function getServiceAttribute(
  part: keyof ServiceOptions,
  attributes: Readonly<Record<string, AttributeValue | undefined>>,
): string | undefined {
  for (const key of SERVICE_ATTRIBUTES[part]) {
    const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return undefined;
}
