// The resource: the attributes that describe the process of every span.

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { DetectorName, ResolvedConfig, ResourceDetector } from '../config/index.js';
import { guarded, reportFault } from '../core/guard.js';
import { normaliseAttributeValue } from '../spans/attributes.js';
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
  const { detectorNames, detectors } = config;
  const isOn = (name: DetectorName): boolean => detectorNames?.includes(name) ?? true;
  const found = {
    'telemetry.distro.name': SCOPE_NAME,
    'telemetry.distro.version': VERSION,
    ...(isOn('serviceinstance') ? { 'service.instance.id': randomUUID() } : {}),
    // A runtime may refuse what Node.js allows (Deno without `--allow-sys`). Then the attributes are left out.
    ...(isOn('host') ? guarded('os.hostname()', describeHost, {}) : {}),
    ...(isOn('process') ? guarded('reading the process', describeProcess, {}) : {}),
  };
  const own = defaultResource().merge(resourceFromAttributes(redactor.attributes(found)));
  const configured = resourceFromAttributes(redactor.attributes(config.attributes));
  const resource = detectors
    .reduce((merged, detector) => merged.merge(detectResource(detector, redactor)), own)
    .merge(configured);
  // Without a wait, the attributes that a detector finds later would never appear. It never rejects, because each attribute
  // has a handler.
  void resource.waitForAsyncAttributes?.();
  return resource;
}

function describeHost(): Attributes {
  return { 'host.name': hostname() };
}

function describeProcess(): Attributes {
  return {
    'process.pid': process.pid,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
  };
}

/** Runs a detector. A detector or an attribute that fails is left out with one diagnostic. */
function detectResource(detector: ResourceDetector, redactor: SecretRedactor): Resource {
  const detected = guarded('resource.detectors', () => detector.detect(), {});
  const attributes: Record<string, AttributeValue | Promise<AttributeValue | undefined>> = {};
  for (const [key, value] of Object.entries(detected?.attributes ?? {})) {
    if (value instanceof Promise) {
      attributes[key] = value.then(
        (resolved: unknown) => clean(key, resolved, redactor),
        (error: unknown) => {
          reportFault('resource.detectors', error);
          return undefined;
        },
      );
    } else {
      const cleaned = clean(key, value, redactor);
      if (cleaned !== undefined) attributes[key] = cleaned;
    }
  }
  return resourceFromAttributes(attributes);
}

function clean(key: string, value: unknown, redactor: SecretRedactor): AttributeValue | undefined {
  const normalised = normaliseAttributeValue(value);
  return normalised === undefined ? undefined : redactor.attributes({ [key]: normalised })[key];
}
