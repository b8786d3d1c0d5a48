// Checks the options given in code, all of them at once: what comes out is a clean copy, or one TraceError.

import { type Problem, TraceError } from '../core/errors.js';
import { PROPAGATOR_ALIASES, PROPAGATOR_NAMES } from '../core/known-names.js';
import { attributes } from './check-attributes.js';
import { delivery, limits } from './check-delivery.js';
import { exporters, instrument, logger, processors } from './check-objects.js';
import { redact } from './check-redact.js';
import { sample } from './check-sample.js';
import type { InitOptions, ServiceOptions } from './options.js';
import { attempt, flag, list, oneOf, type Reader, shape, text } from './validators.js';

/** What the check is told from outside. */
export interface CheckContext {
  /** The instrumentations that can be named; without it any name is taken. */
  readonly knownInstrumentations?: readonly string[] | undefined;
}

/** What other tracing set-ups call our options. */
const FOREIGN: Readonly<Record<string, keyof InitOptions>> = {
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

const serviceOptions = shape<ServiceOptions>({
  name: text,
  version: text,
  namespace: text,
  environment: text,
  instanceId: text,
});
const service: Reader<string | ServiceOptions> = (value, at) =>
  (typeof value === 'object' && value !== null ? serviceOptions : text)(value, at);

/**
 * Checks the options and copies them; each property is read once.
 *
 * @param options what was given to `init()`, of any type
 * @param context what is known from outside
 * @throws TraceError that lists every problem; nothing else is ever thrown
 */
export function checkOptions(options: unknown, context: CheckContext = {}): InitOptions {
  if (options === undefined) return {};
  const problems: Problem[] = [];
  const readOptions = shape<InitOptions>(
    {
      service,
      exporter: exporters,
      sample,
      propagate: list(
        oneOf(PROPAGATOR_NAMES, 'unknown_propagator', PROPAGATOR_ALIASES),
        "a list of names such as ['w3c', 'baggage']",
      ),
      instrument: instrument(context.knownInstrumentations),
      attributes,
      baggageAttributes: list(text, 'a list of baggage keys'),
      redact,
      limits,
      delivery,
      processors,
      exitHandlers: flag,
      logger,
    },
    [],
    FOREIGN,
  );
  const top = { path: '', problems };
  const clean = attempt(() => readOptions(options, top), top);
  const named = problems.map(problem => (problem.path === '' ? { ...problem, path: 'options' } : problem));
  // A misspelt key comes first: that something else is missing may only follow from it.
  const misspelt = named.filter(({ code }) => code === 'unknown_option');
  const [first, ...rest] = [...misspelt, ...named.filter(({ code }) => code !== 'unknown_option')];
  if (first !== undefined) throw new TraceError([first, ...rest]);
  return clean ?? {};
}
