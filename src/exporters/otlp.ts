// OTLP over HTTP: to any Collector, to Jaeger, to `npx @do/trace view`.

import type { Check } from '../core/check.js';
import { maskEndpoint, type NormalizedEndpoint, normalizeEndpoint } from '../core/endpoint.js';
import { type Problem, TraceError } from '../core/errors.js';
import { formatValue } from '../core/format-value.js';
import type { Delivery, DestinationOptions } from '../delivery/index.js';
import type { Exporter, ExporterContext, OtlpSettings } from './exporter.js';
import { nothingYet, notStarted } from './not-started.js';
import { checkHeaders, optionProblems, tlsProblems } from './option-validation.js';
import { checkDestination } from './check-destination.js';

/** Where and how to send; what is left out comes from the `OTEL_EXPORTER_OTLP_*` variables. */
export interface OtlpOptions {
  /** A host, a base URL or the full URL. @default 'http://localhost:4318' */
  readonly endpoint?: string;
  /** Request headers besides those of the environment. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** How spans are written. @default 'http/protobuf' */
  readonly protocol?: OtlpSettings['protocol'];
  /** How request bodies are compressed. @default 'gzip' */
  readonly compression?: 'gzip' | 'none';
  /** Certificates, in PEM. @default the system's */
  readonly tls?: NonNullable<OtlpSettings['tls']>;
}

const KNOWN = ['endpoint', 'headers', 'protocol', 'compression', 'tls'];
const CHOICES = { protocol: ['http/protobuf', 'http/json'], compression: ['gzip', 'none'] };

/**
 * Sends spans to an OTLP/HTTP receiver.
 *
 * @param options where and how; an endpoint that is none throws a `TraceError`
 * @example
 * init({ exporter: otlp({ endpoint: 'https://collector.example', headers: { authorization: token } }) });
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export function otlp(options: OtlpOptions = {}): Exporter {
  const { endpoint: given, headers } = checked(options);
  let settings: OtlpSettings | undefined;
  let started: { readonly destination: DestinationOptions; readonly context: ExporterContext } | undefined;
  let delivery: Delivery | undefined;

  return {
    name: 'otlp',
    get endpoint() {
      return maskEndpoint(settings?.endpoint ?? given ?? '');
    },
    processor(context) {
      settings = mergeSettings(context.otlp, { ...options, headers }, given);
      const { endpoint, ...way } = settings;
      const destination = { name: 'otlp', endpoint: new URL(endpoint), ...way };
      started = { destination, context };
      delivery = context.deliver(destination);
      return delivery.processor;
    },
    async check(): Promise<Check> {
      return started === undefined
        ? notStarted('otlp')
        : checkDestination(started.destination, started.context, { acceptsAnyReceiver: true });
    },
    stats: () => delivery?.stats() ?? nothingYet('otlp', options.protocol ?? 'http/protobuf'),
    controls: () => delivery,
  };
}

function mergeSettings(base: OtlpSettings, options: OtlpOptions, given: string | undefined): OtlpSettings {
  const { headers, protocol, compression, tls } = options;
  return {
    ...base,
    headers: { ...base.headers, ...headers },
    ...(given === undefined ? {} : { endpoint: given }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(compression === undefined ? {} : { compression }),
    ...(tls === undefined ? {} : { tls }),
  };
}

/** The endpoint and the headers as they are used; mistakes are told all at once. */
function checked(options: OtlpOptions): {
  readonly endpoint: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
} {
  const problems = optionProblems('otlp', options, KNOWN);
  if (problems.some(({ path }) => path === 'otlp')) throwAny(problems);
  const { headers, problems: wrongHeaders } = checkHeaders('otlp.headers', options.headers);
  const { url, problems: wrongEndpoint } = checkedEndpoint(options.endpoint);
  problems.push(...wrongEndpoint, ...wrongHeaders, ...tlsProblems('otlp.tls', options.tls));
  for (const [option, values] of Object.entries(CHOICES)) {
    const value: unknown = Object.entries(options).find(([name]) => name === option)?.[1];
    if (value === undefined || values.some(known => known === value)) continue;
    const expected = values.map(known => `'${known}'`).join(' or ');
    problems.push({ code: 'wrong_type', path: `otlp.${option}`, expected, received: formatValue(value) });
  }
  throwAny(problems);
  return { endpoint: url, headers };
}

function checkedEndpoint(endpoint: unknown): NormalizedEndpoint {
  const path = 'otlp.endpoint';
  if (endpoint === undefined) return { url: undefined, problems: [] };
  if (typeof endpoint === 'string') return normalizeEndpoint(endpoint, path);
  const expected = 'a host, host:port or http(s) URL';
  return {
    url: undefined,
    problems: [{ code: 'wrong_type', path, expected, received: formatValue(endpoint) }],
  };
}

function throwAny([first, ...rest]: readonly Problem[]): void {
  if (first !== undefined) throw new TraceError([first, ...rest]);
}
