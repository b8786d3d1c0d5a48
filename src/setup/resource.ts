// The resource: what is true of every span of this process.

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { ResolvedConfig } from '../config/index.js';
import type { SecretRedactor } from '../redact/redactor.js';
import { SCOPE_NAME, VERSION } from '../core/version.js';

/**
 * Makes the resource; what the configuration says goes before what is detected.
 *
 * @param config what options, environment and defaults came to
 * @param redactor hides what must not leave: it leaves with every span
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
