// OTLP over HTTP: to a Collector, to Jaeger, to `npx @do/trace view`.

import { maskEndpoint, normalizeEndpoint } from '../core/endpoint.js';
import { formatValue } from '../core/format-value.js';
import { addProblem, oneOf, throwIfInvalid, type Validator } from '../core/validators.js';
import { probeDestination } from './probe-destination.js';
import type { Exporter, OtlpSettings } from './exporter.js';
import { type ExporterState, createNotStartedState, createRunningState } from './exporter-state.js';
import { requestHeaders, tlsCertificates, validateExporterOptions } from './option-validation.js';

/** The destination and the encoding. An option that is unset comes from the `OTEL_EXPORTER_OTLP_*` variables. */
export interface OtlpOptions {
  /** A host, a base URL or the full URL. @default 'http://localhost:4318' */
  readonly endpoint?: string;
  /** Request headers, in addition to those of the environment. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** The encoding of spans. @default 'http/protobuf' */
  readonly protocol?: OtlpSettings['protocol'];
  /** The compression of request bodies. @default 'gzip' */
  readonly compression?: 'gzip' | 'none';
  /** Certificates, in PEM. @default the system's */
  readonly tls?: NonNullable<OtlpSettings['tls']>;
}

const NAME = 'otlp';

/**
 * Sends spans to an OTLP/HTTP receiver.
 *
 * @param options the destination and the encoding
 * @throws TraceError with every mistake in the options
 * @example
 * init({ exporter: otlp({ endpoint: 'https://collector.example', headers: { authorization: token } }) });
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export function otlp(options: OtlpOptions = {}): Exporter {
  const given = validate(options);
  let state: ExporterState = createNotStartedState(NAME, given.protocol ?? 'http/protobuf');
  let endpoint = given.endpoint ?? '';

  return {
    name: NAME,
    get endpoint() {
      return maskEndpoint(endpoint);
    },
    processor(context) {
      const settings: OtlpSettings = {
        ...context.otlp,
        ...given,
        headers: { ...context.otlp.headers, ...given.headers },
      };
      ({ endpoint } = settings);
      const destination = { name: NAME, ...settings, endpoint: new URL(endpoint) };
      const delivery = context.deliver(destination);
      state = createRunningState(delivery, () =>
        probeDestination(destination, context, { acceptsAnyReceiver: true }),
      );
      return delivery.processor;
    },
    check: () => state.check(),
    stats: () => state.stats(),
    controls: () => state.controls,
  };
}

/** The options that were given, with the full URL of the endpoint. */
function validate(options: OtlpOptions): OtlpOptions {
  const { options: given, problems } = validateExporterOptions<OtlpOptions>(NAME, options, {
    endpoint: fullUrl,
    headers: requestHeaders,
    protocol: oneOf(['http/protobuf', 'http/json']),
    compression: oneOf(['gzip', 'none']),
    tls: tlsCertificates,
  });
  throwIfInvalid(problems);
  return given;
}

const fullUrl: Validator<string> = (value, context) => {
  if (typeof value !== 'string') {
    return addProblem(context, 'wrong_type', 'a host, host:port or http(s) URL', formatValue(value));
  }
  const { url, problems } = normalizeEndpoint(value, context.path);
  context.problems.push(...problems);
  return url;
};
