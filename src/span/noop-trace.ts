// A facade whose functions do nothing, for fakes in tests.

import { ProxyTracerProvider, ROOT_CONTEXT } from '@opentelemetry/api';
import type { CheckReport } from '../core/check.js';
import type { DeliveryStats } from '../delivery/stats.js';
import { createTraceApi } from './create-trace-api.js';
import { isDecoratorCall } from './traced.js';
import type { Carrier, Traced } from './types.js';
import type { TraceApi } from './trace-api.js';

const REPORT: CheckReport = { ok: true, checks: [] };
const STATS: DeliveryStats = { exporters: [], lateCalls: 0 };
const PROVIDER = new ProxyTracerProvider().getDelegate();

const { span, startSpan } = createTraceApi(() => undefined);
const doNothing = (): undefined => undefined;
const run = <T>(fn: () => T): T => fn();
const runLast = <T>(_: unknown, fn: () => T): T => fn();

/**
 * A facade whose functions run the functions of the application and do nothing else, also after `init()`. A fake replaces the
 * members that a test observes.
 *
 * @example
 * const fake: TraceApi = { ...noopTrace, ids: () => ({ traceId, spanId, sampled: true }) };
 */
export const noopTrace: TraceApi = Object.freeze({
  span,
  startSpan,
  wrap: (_, fn) => fn,
  wrapAll: target => target,
  traced: ((...args: readonly unknown[]) => (isDecoratorCall(args) ? undefined : doNothing)) as Traced,
  withSpan: runLast,
  scope: () => noopTrace,
  getActiveSpan: doNothing,
  getRootSpan: doNothing,
  setAttribute: doNothing,
  setAttributes: doNothing,
  addEvent: doNothing,
  recordError: doNothing,
  ids: doNothing,
  url: doNothing,
  withAttributes: runLast,
  bind: target => target,
  detached: run,
  suppress: run,
  inject: ((carrier: Carrier = {}) => carrier) as TraceApi['inject'],
  extract: () => ROOT_CONTEXT,
  continue: ((_, ...rest: Parameters<typeof span>) => span(...rest)) as TraceApi['continue'],
  withBaggage: runLast,
  getBaggage: () => ({}),
  childEnv: (env = process.env) => ({ ...env }),
  keep: () => false,
  drop: () => false,
  check: async () => REPORT,
  flush: async () => STATS,
  shutdown: async () => STATS,
  stats: () => STATS,
  getTracer: (name, version) => PROVIDER.getTracer(name, version),
} satisfies TraceApi);
