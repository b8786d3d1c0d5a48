// Context over process starts: TRACEPARENT, TRACESTATE and BAGGAGE in the environment.

import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import { environmentCarrier } from './carrier.js';
import { extract } from './extract.js';
import { inject } from './inject.js';

/** Environment variables by name. */
export type Environment = Record<string, string | undefined>;

/**
 * The context that whoever started this process put into its environment.
 *
 * @param env the environment, usually `process.env`
 * @returns the root context where there is none
 */
export function contextFromEnv(env: Environment): Context {
  return extract(environmentCarrier(env), ROOT_CONTEXT);
}

/**
 * A copy of the environment that hands the context on to a child process.
 *
 * @param env what the child gets otherwise; it stays as it is
 * @param context what to hand on. @default the active context
 * @example
 * spawn('node', ['job.js'], { env: childEnv(process.env) });
 */
export function childEnv(env: Environment, context?: Context): Environment {
  const copy: Environment = { ...env };
  // What this process itself was started with belongs to its own story; a child must not take it for its parent.
  for (const name of ['TRACEPARENT', 'TRACESTATE', 'BAGGAGE']) delete copy[name];
  inject(environmentCarrier(copy), context);
  return copy;
}
