// The options of the prometheus exporter, with defaults and environment variables.

import type { Diagnostics } from '../../core/diagnostics.js';
import { createProblemDiagnostic } from '../../core/errors.js';
import { formatValue } from '../../core/format-value.js';
import { type Complete, omitUndefined } from '../../core/omit-undefined.js';
import {
  addProblem,
  booleanValue,
  nonEmptyString,
  numberInRange,
  objectWith,
  oneOf,
  throwIfInvalid,
  type Validator,
} from '../../core/validators.js';
import { MILLISECONDS_RANGE } from '../../delivery/validate-options.js';
import { requestHeaders, validateExporterOptions } from '../option-validation.js';

/** The metrics, and the endpoint that serves them. */
export interface PrometheusOptions {
  /** The port of the metrics endpoint. 0 for a free port, false for no endpoint. @default `OTEL_EXPORTER_PROMETHEUS_PORT`, else 9464 */
  readonly port?: number | false | undefined;
  /** The address to listen on: `'0.0.0.0'` for a Prometheus on another machine. @default `OTEL_EXPORTER_PROMETHEUS_HOST`, else '127.0.0.1' */
  readonly host?: string | undefined;
  /** The path of the metrics endpoint. @default '/metrics' */
  readonly path?: string | undefined;
  /** Upper bounds of the histogram in milliseconds, ascending. @default [2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10000, 15000] */
  readonly buckets?: readonly number[] | undefined;
  /** The unit of durations, as in the Collector's `histogram.unit`. @default 'ms' */
  readonly unit?: 'ms' | 's' | undefined;
  /** The prefix of the metric names, as in the Collector. @default 'traces.span.metrics' */
  readonly namespace?: string | undefined;
  /** Number of combinations of span name, kind and status. Further spans are counted under the name `_OTHER`. @default 1000 */
  readonly maxSeries?: number | undefined;
  /** Whether OpenMetrics text has a kept trace for each bucket. @default true */
  readonly exemplars?: boolean | undefined;
  /** Whether the metrics are also sent as OTLP. `true` takes every setting from the environment. @default false */
  readonly push?: boolean | PrometheusPush | undefined;
}

/** The destination of metrics that are sent as OTLP. */
export interface PrometheusPush {
  /** A base URL or, with a path, the full URL. @default `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`, `OTEL_EXPORTER_OTLP_ENDPOINT`, else 'http://localhost:4318' */
  readonly endpoint?: string | undefined;
  /** Request headers, in addition to those of the environment. @default {} */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds between two requests. @default 60000 */
  readonly intervalMs?: number | undefined;
}

/** The options with every default in place. The environment supplies an undefined host or port. */
export interface ResolvedOptions extends Complete<Omit<PrometheusOptions, 'host' | 'port' | 'push'>> {
  readonly host: string | undefined;
  readonly port: number | false | undefined;
  readonly push: PrometheusPush | undefined;
}

/** The connector's buckets, so that dashboards and alerts with its bounds keep working. */
const DEFAULT_BUCKETS = [2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10_000, 15_000];
const DEFAULT_PORT = 9464;
// The loopback address only, because span names show the internals of a program. The user decides to publish them.
const DEFAULT_HOST = '127.0.0.1';
const MAX_PORT = 65_535;
const MAX_BUCKETS = 200;

const portNumber = numberInRange({
  min: 0,
  max: MAX_PORT,
  isInteger: true,
  expected: 'a port, 0 to 65535, or false',
});

const port: Validator<number | false> = (value, context) =>
  value === false ? value : portNumber(value, context);

const push: Validator<boolean | PrometheusPush> = (value, context) => {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'object') return pushOptions(value, context);
  const expected = 'true, false, or { endpoint, headers, intervalMs }';
  return addProblem(context, 'wrong_type', expected, formatValue(value));
};

const pushOptions = objectWith<PrometheusPush>({
  endpoint: matching(isHttpUrl, 'an http(s) URL'),
  headers: requestHeaders,
  intervalMs: numberInRange(MILLISECONDS_RANGE),
});

/**
 * Validates the options and fills in the defaults.
 *
 * @throws TraceError with every mistake
 */
export function resolveOptions(options: PrometheusOptions): ResolvedOptions {
  const { options: given, problems } = validateExporterOptions<PrometheusOptions>('prometheus', options, {
    port,
    host: nonEmptyString,
    path: matching(text => /^\/[^?#\s]*$/.test(text), "a path that starts with '/'"),
    buckets,
    unit: oneOf(['ms', 's']),
    namespace: matching(text => !/[^\w.]/.test(text), 'letters, digits, _ and .'),
    maxSeries: numberInRange({
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
      isInteger: true,
      expected: 'a whole number, 1 or more',
    }),
    exemplars: booleanValue,
    push,
  });
  throwIfInvalid(problems);
  const pushed = given.push === true ? {} : given.push;
  return {
    path: '/metrics',
    buckets: DEFAULT_BUCKETS,
    unit: 'ms',
    namespace: 'traces.span.metrics',
    maxSeries: 1_000,
    exemplars: true,
    ...omitUndefined(given),
    host: given.host,
    port: given.port,
    push: pushed === false ? undefined : pushed,
  };
}

/** The address of the endpoint, or undefined if there is no endpoint. One warning reports a malformed variable. */
export function resolveListenAddress(
  options: ResolvedOptions,
  env: Readonly<Record<string, string | undefined>>,
  diagnostics: Diagnostics,
): { readonly host: string; readonly port: number } | undefined {
  if (options.port === false) return undefined;
  const host = options.host ?? (env['OTEL_EXPORTER_PROMETHEUS_HOST']?.trim() || DEFAULT_HOST);
  const variable = env['OTEL_EXPORTER_PROMETHEUS_PORT']?.trim();
  if (options.port !== undefined || !variable) return { host, port: options.port ?? DEFAULT_PORT };
  const fromEnv = Number(variable);
  if (Number.isInteger(fromEnv) && fromEnv >= 0 && fromEnv <= MAX_PORT) return { host, port: fromEnv };
  const problem = createProblemDiagnostic({
    code: 'malformed_variable',
    path: 'OTEL_EXPORTER_PROMETHEUS_PORT',
    expected: 'a port, 0 to 65535',
    received: formatValue(variable),
    fix: `Write a port number. Port ${DEFAULT_PORT} is used.`,
  });
  diagnostics.report('warn', problem);
  return { host, port: DEFAULT_PORT };
}

function matching(isValid: (text: string) => boolean, expected: string): Validator<string> {
  return (value, context) =>
    typeof value === 'string' && isValid(value)
      ? value
      : addProblem(context, 'wrong_type', expected, formatValue(value));
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

function buckets(value: unknown, context: Parameters<Validator<unknown>>[1]): readonly number[] | undefined {
  return isAscending(value)
    ? value
    : addProblem(context, 'wrong_type', 'milliseconds, ascending', formatValue(value));
}

function isAscending(value: unknown): value is readonly number[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_BUCKETS) return false;
  return value.every(
    (bound, index) => Number.isFinite(bound) && bound > (index === 0 ? 0 : value[index - 1]),
  );
}
