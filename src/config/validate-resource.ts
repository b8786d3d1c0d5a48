// Validates the `resource` option.

import { addProblem, describeValue, listOf, objectWith, type Validator } from '../core/validators.js';
import type { ResourceDetector, ResourceOptions } from './options.js';
import { attributesValidator } from './validate-attributes.js';
import { hasMethods } from './validate-objects.js';

/** Names of other SDKs. */
const FOREIGN_NAMES: Readonly<Record<string, keyof ResourceOptions>> = {
  resourceDetectors: 'detectors',
  _rawAttributes: 'attributes',
  tags: 'attributes',
};

const detector: Validator<ResourceDetector> = (value, context) => {
  if (typeof value === 'object' && value !== null && hasMethods(value, ['detect'])) {
    return value as ResourceDetector;
  }
  const expected = "an OpenTelemetry resource detector, an object with the method 'detect'";
  const fix = typeof value === 'string' ? 'Names go into OTEL_NODE_RESOURCE_DETECTORS.' : undefined;
  return addProblem(context, 'wrong_type', expected, describeValue(value), { fix });
};

/** The `resource` option. A `Resource` of OpenTelemetry counts as its attributes. */
export const resourceValidator: Validator<ResourceOptions> = (value, context) => {
  if (typeof value === 'object' && value !== null && hasMethods(value, ['merge'])) {
    const { attributes } = value as { readonly attributes?: unknown };
    const clean = attributesValidator(attributes, { ...context, path: `${context.path}.attributes` });
    return clean === undefined ? undefined : { attributes: clean };
  }
  return resourceOptions(value, context);
};

const resourceOptions = objectWith<ResourceOptions>(
  { attributes: attributesValidator, detectors: listOf(detector, 'a list of resource detectors') },
  [],
  FOREIGN_NAMES,
);
