// Validates the options of `init()`. The result is a clean copy, or one TraceError with every problem.

import type { OptionProblem } from '../core/errors.js';
import { PROPAGATOR_ALIASES, PROPAGATOR_NAMES } from '../core/known-names.js';
import {
  booleanValue,
  listOf,
  nonEmptyString,
  objectWith,
  oneOf,
  throwIfInvalid,
  validateSafely,
  type Validator,
} from '../core/validators.js';
import { deliveryValidator } from '../delivery/validate-options.js';
import type { InitOptions, ServiceOptions } from './options.js';
import { attributesValidator } from './validate-attributes.js';
import { limitsValidator } from './validate-limits.js';
import {
  createInstrumentValidator,
  exportersValidator,
  loggerValidator,
  processorsValidator,
} from './validate-objects.js';
import { redactValidator } from './validate-redact.js';
import { sampleValidator } from './validate-sample.js';

/** Names from outside the configuration. */
export interface ValidateInitOptionsContext {
  /** The instrumentations that can be named. Undefined accepts any name. */
  readonly knownInstrumentations?: readonly string[] | undefined;
}

/** The names that other tracing set-ups use for these options. */
const FOREIGN_NAMES: Readonly<Record<string, keyof InitOptions>> = {
  serviceName: 'service',
  name: 'service',
  sampler: 'sample',
  sampling: 'sample',
  sampleRate: 'sample',
  traceExporter: 'exporter',
  exporters: 'exporter',
  endpoint: 'exporter',
  url: 'exporter',
  spanProcessor: 'processors',
  spanProcessors: 'processors',
  textMapPropagator: 'propagate',
  propagators: 'propagate',
  instrumentations: 'instrument',
  autoInstrument: 'instrument',
  resource: 'attributes',
  resourceAttributes: 'attributes',
  tags: 'attributes',
  spanLimits: 'limits',
  batch: 'delivery',
};

const serviceOptions = objectWith<ServiceOptions>({
  name: nonEmptyString,
  version: nonEmptyString,
  namespace: nonEmptyString,
  environment: nonEmptyString,
  instanceId: nonEmptyString,
});
const service: Validator<string | ServiceOptions> = (value, context) =>
  (typeof value === 'object' && value !== null ? serviceOptions : nonEmptyString)(value, context);

/**
 * Validates and copies the options. Each property is read once.
 *
 * @param options the options of `init()`, a value of any type
 * @param context names from outside the configuration
 * @throws TraceError that lists every problem; it throws nothing else
 */
export function validateInitOptions(options: unknown, context: ValidateInitOptionsContext = {}): InitOptions {
  if (options === undefined) return {};
  const problems: OptionProblem[] = [];
  const validate = objectWith<InitOptions>(
    {
      service,
      exporter: exportersValidator,
      sample: sampleValidator,
      propagate: listOf(
        oneOf(PROPAGATOR_NAMES, 'unknown_propagator', PROPAGATOR_ALIASES),
        "a list of names such as ['w3c', 'baggage']",
      ),
      instrument: createInstrumentValidator(context.knownInstrumentations),
      attributes: attributesValidator,
      baggageAttributes: listOf(nonEmptyString, 'a list of baggage keys'),
      redact: redactValidator,
      limits: limitsValidator,
      delivery: deliveryValidator,
      processors: processorsValidator,
      exitHandlers: booleanValue,
      logger: loggerValidator,
    },
    [],
    FOREIGN_NAMES,
  );
  const root = { path: '', problems };
  const clean = validateSafely(() => validate(options, root), root);
  const named = problems.map(problem => (problem.path === '' ? { ...problem, path: 'options' } : problem));
  // Misspelt options come first: the absence of another one may follow from them.
  const isMisspelt = ({ code }: OptionProblem): boolean => code === 'unknown_option';
  throwIfInvalid([...named.filter(isMisspelt), ...named.filter(problem => !isMisspelt(problem))]);
  return clean ?? {};
}
