// Context between processes: TRACEPARENT, TRACESTATE and BAGGAGE as environment variables.

import { type Context, propagation, ROOT_CONTEXT, type TextMapPropagator } from '@opentelemetry/api';
import { reportFault } from '../core/guard.js';
import { environmentCarrier } from './carrier.js';
import { toVariableName } from './carriers/environment.js';
import { carrierGetter } from './header-values.js';
import { inject } from './inject.js';

/** Environment variables by name. */
export type Environment = Record<string, string | undefined>;

/**
 * Extracts the context that the parent process put into the environment.
 *
 * @param env the environment, usually `process.env`
 * @param propagator reads the variables. @default the registered propagator
 * @returns the root context if the environment has no valid context
 */
export function extractFromEnvironment(
  env: Environment,
  propagator: Pick<TextMapPropagator, 'extract'> = propagation,
): Context {
  try {
    return propagator.extract(ROOT_CONTEXT, environmentCarrier(env), carrierGetter);
  } catch (error) {
    // A propagator of another package may throw. This process then starts a new trace.
    reportFault('the registered propagator', error);
    return ROOT_CONTEXT;
  }
}

/**
 * Copies an environment and adds the context for a child process.
 * Without a span in the context the child inherits the variables of this process, so that the trace stays whole.
 *
 * @param env the other variables of the child; not modified
 * @param context the context to add. @default the active context
 * @example
 * spawn('node', ['job.js'], { env: injectIntoEnvironment(process.env) });
 */
export function injectIntoEnvironment(env: Environment, context?: Context): Environment {
  const injected: Environment = {};
  inject(environmentCarrier(injected), context);
  const copy: Environment = { ...env };
  // The previous tracestate and baggage do not belong to a new parent and must not remain beside it.
  if (Object.keys(injected).some(name => name !== 'BAGGAGE')) {
    for (const field of propagation.fields()) delete copy[toVariableName(field)];
  }
  return { ...copy, ...injected };
}
