// The options of the Prometheus exporter, with defaults and environment; mistakes in code are told all at once.

import type { Diagnostics } from '../../core/diagnostics.js';
import { describeProblem, TraceError } from '../../core/errors.js';
import { formatValue } from '../../core/format-value.js';
import { optionProblems } from '../option-validation.js';

/** What is measured, and where it can be read. */
export interface PrometheusOptions {
  /** The port of the page; 0 takes one that is free, false serves none. @default OTEL_EXPORTER_PROMETHEUS_PORT, else 9464 */
  readonly port?: number | false;
  /** The address to listen on; `'0.0.0.0'` for a Prometheus on another machine. @default OTEL_EXPORTER_PROMETHEUS_HOST, else '127.0.0.1' */
  readonly host?: string;
  /** The path of the page. @default '/metrics' */
  readonly path?: string;
  /** Upper bounds of the histogram in milliseconds, ascending. @default [2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10000, 15000] */
  readonly buckets?: readonly number[];
  /** The unit that durations are told in, as in the Collector's `histogram.unit`. @default 'ms' */
  readonly unit?: 'ms' | 's';
  /** Put before the names of the metrics, as in the Collector. @default 'traces.span.metrics' */
  readonly namespace?: string;
  /** Combinations of span name, kind and status at most; spans beyond are counted under the name `_OTHER`. @default 1000 */
  readonly maxSeries?: number;
  /** Whether the page names, in OpenMetrics, a kept trace for each bucket. @default true */
  readonly exemplars?: boolean;
  /** Also sends the metrics as OTLP; `true` takes everything from the environment. @default false */
  readonly push?: boolean | PrometheusPush;
}

/** How metrics are sent as OTLP. */
export interface PrometheusPush {
  /** A base URL or, with a path, the full URL. @default OTEL_EXPORTER_OTLP_METRICS_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT, else 'http://localhost:4318' */
  readonly endpoint?: string;
  /** Request headers besides those of the environment. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds from one request to the next. @default 60000 */
  readonly intervalMs?: number;
}

/** Options with nothing left open but what the environment says. */
export interface ResolvedOptions extends Required<Omit<PrometheusOptions, 'host' | 'port' | 'push'>> {
  readonly host: string | undefined;
  readonly port: number | false | undefined;
  readonly push: PrometheusPush | undefined;
}

/** The connector's own, so that panels and alerts that name a bucket go on working. */
const DEFAULT_BUCKETS = [2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10_000, 15_000];
const KNOWN = ['port', 'host', 'path', 'buckets', 'unit', 'namespace', 'maxSeries', 'exemplars', 'push'];
const DEFAULT_PORT = 9464;
// Not every interface: span names tell what a program does, and a page that is open to all is the user's decision.
const DEFAULT_HOST = '127.0.0.1';
const MAX_PORT = 65_535;
const MAX_TIMER_MS = 2_147_483_647;

/**
 * Checks what was written in code.
 *
 * @throws TraceError with every problem
 */
export function resolveOptions(options: PrometheusOptions): ResolvedOptions {
  const problems = optionProblems('prometheus', options, KNOWN);
  const given: PrometheusOptions = { ...options };
  const { port, host, path = '/metrics', unit = 'ms', namespace = 'traces.span.metrics' } = given;
  const { buckets = DEFAULT_BUCKETS, maxSeries = 1_000, exemplars = true, push = false } = given;
  const expect = (holds: boolean, name: string, expected: string, value: unknown): void => {
    if (holds) return;
    const code = typeof value === 'number' ? 'out_of_range' : 'wrong_type';
    problems.push({ code, path: `prometheus.${name}`, expected, received: formatValue(value) });
  };
  expect(port === undefined || port === false || isPort(port), 'port', 'a port, 0 to 65535, or false', port);
  expect(host === undefined || isText(host), 'host', 'an address or host name', host);
  expect(isText(path) && /^\/[^?#\s]*$/.test(path), 'path', "a path that starts with '/'", path);
  expect(isAscending(buckets), 'buckets', 'milliseconds, ascending', buckets);
  expect(unit === 'ms' || unit === 's', 'unit', "'ms' or 's'", unit);
  expect(
    typeof namespace === 'string' && !/[^\w.]/.test(namespace),
    'namespace',
    'letters, digits, _ and .',
    namespace,
  );
  expect(Number.isInteger(maxSeries) && maxSeries >= 1, 'maxSeries', 'a whole number, 1 or more', maxSeries);
  expect(typeof exemplars === 'boolean', 'exemplars', 'true or false', exemplars);
  checkPush(push, expect);
  const [first, ...rest] = problems;
  if (first !== undefined) throw new TraceError([first, ...rest]);
  const pushed = push === true ? {} : push === false ? undefined : push;
  return { port, host, path, buckets, unit, namespace, maxSeries, exemplars, push: pushed };
}

/** Where the page is served; a variable that cannot be read costs a warning. */
export function resolveListenAddress(
  options: ResolvedOptions,
  env: Readonly<Record<string, string | undefined>>,
  diagnostics: Diagnostics,
): { readonly host: string; readonly port: number } | undefined {
  if (options.port === false) return undefined;
  const host = options.host ?? (env['OTEL_EXPORTER_PROMETHEUS_HOST']?.trim() || DEFAULT_HOST);
  const written = env['OTEL_EXPORTER_PROMETHEUS_PORT']?.trim();
  if (options.port !== undefined || !written) return { host, port: options.port ?? DEFAULT_PORT };
  const port = Number(written);
  if (isPort(port)) return { host, port };
  const problem = {
    code: 'malformed_variable',
    path: 'OTEL_EXPORTER_PROMETHEUS_PORT',
    expected: 'a port, 0 to 65535',
    received: formatValue(written),
    fix: `${DEFAULT_PORT} is used.`,
  } as const;
  diagnostics.warn(describeProblem(problem));
  return { host, port: DEFAULT_PORT };
}

type Expect = (holds: boolean, name: string, expected: string, value: unknown) => void;

function checkPush(push: unknown, expect: Expect): void {
  if (typeof push === 'boolean') return;
  const isObject = typeof push === 'object' && push !== null;
  expect(isObject, 'push', 'true, false, or { endpoint, headers, intervalMs }', push);
  if (!isObject) return;
  const { endpoint, headers, intervalMs } = push as Readonly<Record<string, unknown>>;
  const isUrl = isText(endpoint) && /^https?:\/\//i.test(endpoint) && URL.canParse(endpoint);
  expect(endpoint === undefined || isUrl, 'push.endpoint', 'an http(s) URL', endpoint);
  const isRecord = typeof headers === 'object' && headers !== null && Object.values(headers).every(isText);
  expect(headers === undefined || isRecord, 'push.headers', 'an object of strings', headers);
  const isTime = typeof intervalMs === 'number' && intervalMs >= 1 && intervalMs <= MAX_TIMER_MS;
  expect(intervalMs === undefined || isTime, 'push.intervalMs', 'milliseconds, 1 or more', intervalMs);
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_PORT;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isAscending(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0 || value.length > 200) return false;
  return value.every(
    (bound, index) => Number.isFinite(bound) && bound > (index === 0 ? 0 : value[index - 1]),
  );
}
