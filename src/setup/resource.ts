// The resource: the attributes that describe the process of every span.

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { ResolvedConfig } from '../config/index.js';
import type { SecretRedactor } from '../redact/secret-redactor.js';
import { SCOPE_NAME, VERSION } from '../core/version.js';

/**
 * Creates the resource. Configured attributes take precedence over detected ones.
 *
 * @param config the configuration in force
 * @param redactor removes secrets, because the resource is exported with every span
 * @see https://opentelemetry.io/docs/specs/semconv/resource/
 */
export function createResource(config: ResolvedConfig, redactor: SecretRedactor): Resource {
  return defaultResource().merge(
    resourceFromAttributes(
      redactor.attributes({
        'telemetry.distro.name': SCOPE_NAME,
        'telemetry.distro.version': VERSION,
        'service.instance.id': randomUUID(),
        'host.name': hostname(),
        'process.pid': process.pid,
        'process.runtime.name': 'nodejs',
        'process.runtime.version': process.versions.node,
        ...config.attributes,
      }),
    ),
  );
}
