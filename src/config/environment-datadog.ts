// Datadog's unified service tags: DD_SERVICE, DD_ENV, DD_VERSION and DD_TAGS. They are read where the datadog exporter is
// in use and nowhere else, since a host may set them for other programs; OpenTelemetry's own variables go before them.
// https://docs.datadoghq.com/getting_started/tagging/unified_service_tagging/

import { createEnvReader, type Env } from './env-reader.js';
import type { EnvironmentOptions } from './environment.js';
import type { ResolvedConfig } from './resolved.js';

/** Whether one of the exporters is Datadog's. */
export function usesDatadog(exporters: ResolvedConfig['exporters']): boolean {
  return exporters.some(exporter => {
    if (typeof exporter === 'string') return exporter === 'datadog';
    try {
      return exporter.name === 'datadog';
    } catch {
      // An exporter of the user's whose getter throws is not ours.
      return false;
    }
  });
}

/**
 * The environment with Datadog's tags behind what it says already.
 *
 * @param read what the environment says in OpenTelemetry's terms
 * @param env the environment
 */
export function withDatadog(read: EnvironmentOptions, env: Env): EnvironmentOptions {
  const reader = createEnvReader(env);
  const service = reader.text('DD_SERVICE')?.value;
  const tags: [string, string | undefined][] = [
    ...tagsOf(reader.text('DD_TAGS')?.value ?? ''),
    ['service.version', reader.text('DD_VERSION')?.value],
  ];
  // The older name counts as said, too.
  if (!Object.hasOwn(read.attributes, 'deployment.environment')) {
    tags.push(['deployment.environment.name', reader.text('DD_ENV')?.value]);
  }
  const attributes = new Map<string, string>();
  for (const [key, value] of tags) if (value !== undefined) attributes.set(key, value);
  for (const [key, value] of Object.entries(read.attributes)) attributes.set(key, value);
  const isNamed = read.serviceName !== undefined || Object.hasOwn(read.attributes, 'service.name');
  return {
    ...read,
    attributes: Object.fromEntries(attributes),
    ...(isNamed || service === undefined ? {} : { serviceName: service }),
  };
}

/** `key:value` pairs with commas or blanks between them; what is none is left out, as Datadog's own tracers do. */
function tagsOf(written: string): [string, string][] {
  return written.split(/[,\s]+/).flatMap(pair => {
    const colon = pair.indexOf(':');
    if (colon <= 0 || colon === pair.length - 1) return [];
    return [[pair.slice(0, colon), pair.slice(colon + 1)] satisfies [string, string]];
  });
}
