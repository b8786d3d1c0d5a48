// Context over process starts: TRACEPARENT, TRACESTATE and BAGGAGE in the environment.

import { type Context, propagation, ROOT_CONTEXT, type TextMapPropagator } from '@opentelemetry/api';
import { reportFault } from '../core/guard.js';
import { environmentCarrier } from './carrier.js';
import { toVariableName } from './carriers/environment.js';
import { inject } from './inject.js';
import { carrierGetter } from './header-values.js';

/** Environment variables by name. */
export type Environment = Record<string, string | undefined>;

/**
 * The context that whoever started this process put into its environment.
 *
 * @param env the environment, usually `process.env`
 * @param propagator reads it. @default the registered one
 * @returns the root context where there is none
 */
export function extractFromEnvironment(
  env: Environment,
  propagator: Pick<TextMapPropagator, 'extract'> = propagation,
): Context {
  try {
    return propagator.extract(ROOT_CONTEXT, environmentCarrier(env), carrierGetter);
  } catch (error) {
    // A foreign propagator failed: this process starts a story of its own.
    reportFault('the registered propagator', error);
    return ROOT_CONTEXT;
  }
}

/**
 * A copy of the environment that hands the context on to a child process.
 * Without a span in the context the child inherits what this process was started with, so that the trace stays whole.
 *
 * @param env what the child gets otherwise; it stays as it is
 * @param context what to hand on. @default the active context
 * @example
 * spawn('node', ['job.js'], { env: childEnv(process.env) });
 */
export function injectIntoEnvironment(env: Environment, context?: Context): Environment {
  const fresh: Environment = {};
  inject(environmentCarrier(fresh), context);
  const copy: Environment = { ...env };
  // A new parent makes all that is left of the former one wrong: its tracestate and baggage must not stay beside it.
  if (Object.keys(fresh).some(name => name !== 'BAGGAGE')) {
    for (const field of propagation.fields()) delete copy[toVariableName(field)];
  }
  return { ...copy, ...fresh };
}
