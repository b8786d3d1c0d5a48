// Datadog's unified service tags: DD_SERVICE, DD_ENV, DD_VERSION and DD_TAGS. They are read only if the Datadog exporter is
// in use, because a host may set them for other programs. OpenTelemetry's variables take precedence.
// https://docs.datadoghq.com/getting_started/tagging/unified_service_tagging/

import { createEnvReader, type Env } from './env-reader.js';
import type { EnvironmentOptions } from './environment.js';
import type { ResolvedConfig } from './resolved.js';

/** Whether one of the exporters is the Datadog exporter. */
export function hasDatadogExporter(exporters: ResolvedConfig['exporters']): boolean {
  return exporters.some(exporter => {
    if (typeof exporter === 'string') return exporter === 'datadog';
    try {
      return 'name' in exporter && exporter.name === 'datadog';
    } catch {
      // The getter of a user's exporter threw. The Datadog exporter has no such getter.
      return false;
    }
  });
}

/**
 * Adds Datadog's tags to the options of the environment, for the values that are not set.
 *
 * @param options the options from OpenTelemetry's variables
 * @param env the environment
 */
export function addDatadogTags(options: EnvironmentOptions, env: Env): EnvironmentOptions {
  const reader = createEnvReader(env);
  const service = reader.string('DD_SERVICE')?.value;
  const tags: [string, string | undefined][] = [
    ...parseTags(reader.string('DD_TAGS')?.value ?? ''),
    ['service.version', reader.string('DD_VERSION')?.value],
  ];
  // The older name of the attribute takes precedence too.
  if (!Object.hasOwn(options.attributes, 'deployment.environment')) {
    tags.push(['deployment.environment.name', reader.string('DD_ENV')?.value]);
  }
  const attributes = new Map<string, string>();
  for (const [key, value] of tags) if (value !== undefined) attributes.set(key, value);
  for (const [key, value] of Object.entries(options.attributes)) attributes.set(key, value);
  const hasName = options.serviceName !== undefined || Object.hasOwn(options.attributes, 'service.name');
  return {
    ...options,
    attributes: Object.fromEntries(attributes),
    ...(hasName || service === undefined ? {} : { serviceName: service }),
  };
}

/** Parses `key:value` pairs separated by commas or blanks. Malformed pairs are left out, as in Datadog's own tracers. */
function parseTags(list: string): [string, string][] {
  return list.split(/[,\s]+/).flatMap(pair => {
    const colon = pair.indexOf(':');
    if (colon <= 0 || colon === pair.length - 1) return [];
    return [[pair.slice(0, colon), pair.slice(colon + 1)] satisfies [string, string]];
  });
}
