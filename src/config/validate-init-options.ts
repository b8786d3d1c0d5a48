// Validates the options of `init()`. The result is a clean copy, or one TraceError with every problem.

import type { OptionProblem } from '../core/errors.js';
import {
  booleanValue,
  type FieldValidators,
  listOf,
  nonEmptyString,
  objectWith,
  oneOf,
  throwIfInvalid,
  validateSafely,
  type Validator,
} from '../core/validators.js';
import { deliveryValidator } from '../delivery/validate-options.js';
import type { InitOptions, LogLevel, ServiceOptions } from './options.js';
import { createInstrumentValidator, instrumentationsValidator } from './validate-instrument.js';
import { limitsValidator } from './validate-limits.js';
import {
  exportersValidator,
  functionValue,
  loggerValidator,
  processorsValidator,
} from './validate-objects.js';
import { propagateValidator } from './validate-propagate.js';
import { redactValidator } from './validate-redact.js';
import { resourceValidator } from './validate-resource.js';
import { sampleValidator } from './validate-sample.js';

/** Names from outside the configuration. */
export interface ValidateInitOptionsContext {
  /** The instrumentations that can be named. Undefined accepts any name. */
  readonly knownInstrumentations?: readonly string[] | undefined;
  /** The options that are accepted. @default all */
  readonly only?: readonly (keyof InitOptions)[] | undefined;
}

/** Old names, and the names that other SDKs use, with the option to suggest. */
const FOREIGN_NAMES: Readonly<Record<string, string>> = {
  serviceName: 'service',
  name: 'service',
  serviceVersion: 'service.version',
  version: 'service.version',
  release: 'service.version',
  serviceNamespace: 'service.namespace',
  environment: 'service.environment',
  env: 'service.environment',
  deploymentEnvironment: 'service.environment',
  sampler: 'sample',
  sampling: 'sample',
  sampleRate: 'sample',
  tracesSampleRate: 'sample',
  tracesSampler: 'sample',
  traceExporter: 'exporter',
  spanExporter: 'exporter',
  exporters: 'exporter',
  endpoint: "exporter: otlp({ endpoint }) of '@do/trace/exporters'",
  url: "exporter: otlp({ endpoint }) of '@do/trace/exporters'",
  dsn: "exporter: otlp({ endpoint }) of '@do/trace/exporters'",
  headers: "exporter: otlp({ headers }) of '@do/trace/exporters'",
  apiKey: 'exporter',
  spanProcessor: 'processors',
  spanProcessors: 'processors',
  textMapPropagator: 'propagate.formats',
  propagator: 'propagate.formats',
  propagators: 'propagate.formats',
  tracePropagationTargets: 'propagate.to',
  ignoreSpans: 'onSpanEnd',
  ignoreTransactions: 'onSpanEnd',
  beforeSend: 'onSpanEnd',
  beforeSendSpan: 'onSpanEnd',
  beforeSendTransaction: 'onSpanEnd',
  autoInstrument: 'instrument.auto',
  autoDetectResources: 'resource.detectors',
  integrations: 'instrument',
  plugins: 'instrument',
  attributes: 'resource.attributes',
  resourceAttributes: 'resource.attributes',
  tags: 'resource.attributes',
  initialScope: 'resource.attributes',
  resourceDetectors: 'resource.detectors',
  detectors: 'resource.detectors',
  spanLimits: 'limits',
  batch: 'delivery',
  debug: 'logLevel',
  diagLogLevel: 'logLevel',
  disabled: 'enabled',
  trustRemote: 'sample.followRemote',
  keep: 'sample.keep',
};

const LOG_LEVELS: readonly LogLevel[] = ['silent', 'error', 'warn', 'info', 'debug'];
const LOG_LEVEL_ALIASES: Readonly<Record<string, LogLevel>> = {
  none: 'silent',
  off: 'silent',
  warning: 'warn',
  verbose: 'debug',
  trace: 'debug',
  all: 'debug',
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

/** The validator of each option, in the order of the problems. */
function fieldsOf({ knownInstrumentations }: ValidateInitOptionsContext): FieldValidators<InitOptions> {
  return {
    service,
    exporter: exportersValidator,
    sample: sampleValidator,
    enabled: booleanValue,
    propagate: propagateValidator,
    instrument: createInstrumentValidator(knownInstrumentations),
    instrumentations: instrumentationsValidator,
    resource: resourceValidator,
    baggageAttributes: listOf(nonEmptyString, 'a list of baggage keys'),
    redact: redactValidator,
    limits: limitsValidator,
    delivery: deliveryValidator,
    onSpanEnd: functionValue('a function that receives an ended span'),
    isError: functionValue('a function that receives a thrown value'),
    processors: processorsValidator,
    exitHandlers: booleanValue,
    logger: loggerValidator,
    logLevel: oneOf(LOG_LEVELS, 'wrong_type', LOG_LEVEL_ALIASES),
  };
}

/** The names of all options. */
export const OPTION_NAMES = Object.keys(fieldsOf({})) as readonly (keyof InitOptions)[];

/**
 * Validates and copies the options. Each property is read once.
 *
 * @param options the options of `init()`, a value of any type
 * @param context names from outside the configuration, and the options that a call accepts
 * @throws TraceError that lists every problem; it throws nothing else
 */
export function validateInitOptions(options: unknown, context: ValidateInitOptionsContext = {}): InitOptions {
  if (options === undefined) return {};
  const problems: OptionProblem[] = [];
  const all = fieldsOf(context);
  const { only = OPTION_NAMES } = context;
  const fields = Object.fromEntries(only.map(name => [name, all[name]])) as FieldValidators<InitOptions>;
  const validate = objectWith<InitOptions>(fields, [], foreignNamesOf(only));
  const root = { path: '', problems };
  const clean = validateSafely(() => validate(options, root), root);
  const named = problems.map(problem => (problem.path === '' ? { ...problem, path: 'options' } : problem));
  // Misspelt options come first: the absence of another one may follow from them.
  const isMisspelt = ({ code }: OptionProblem): boolean => code === 'unknown_option';
  throwIfInvalid([...named.filter(isMisspelt), ...named.filter(problem => !isMisspelt(problem))]);
  return clean ?? {};
}

/** The foreign names of the accepted options. */
function foreignNamesOf(only: readonly string[]): Readonly<Record<string, string>> {
  if (only === OPTION_NAMES) return FOREIGN_NAMES;
  const isAccepted = ([, suggestion]: [string, string]): boolean =>
    only.some(name => suggestion === name || suggestion.startsWith(`${name}.`));
  return Object.fromEntries(Object.entries(FOREIGN_NAMES).filter(isAccepted));
}
