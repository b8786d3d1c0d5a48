// OTLP over HTTP: to a Collector, to Jaeger, to `npx @do/trace view`.

import type { Check } from '../core/check.js';
import { maskEndpoint } from '../core/endpoint.js';
import { oneOf, throwIfInvalid } from '../core/validators.js';
import type { HeaderRecord } from '../delivery/http/request-headers.js';
import type { Protocol } from '../delivery/stats.js';
import { deliveryValidator } from '../delivery/validate-options.js';
import { deliverTo } from './deliver-to.js';
import type { DeliveryOptions, Exporter, RequestHeaders, TlsOptions } from './exporter.js';
import { membersOf } from './exporter-context.js';
import { notStartedCheck } from './exporter-state.js';
import {
  headersValidator,
  tlsValidator,
  urlValidator,
  validateExporterOptions,
} from './option-validation.js';

/** The destination and the encoding. An option that is unset comes from the `OTEL_EXPORTER_OTLP_*` variables. */
export interface OtlpOptions {
  /** A host, a base URL or the full URL. @default 'http://localhost:4318' */
  readonly endpoint?: string | undefined;
  /** Request headers, in addition to those of the environment, or a function that returns them before each request. @default {} */
  readonly headers?: RequestHeaders | undefined;
  /** The encoding of spans. @default 'http/protobuf' */
  readonly protocol?: Protocol | undefined;
  /** The compression of request bodies. @default `delivery.compression` */
  readonly compression?: 'gzip' | 'none' | undefined;
  /** Certificates, in PEM or as paths of files. @default the system's */
  readonly tls?: TlsOptions | undefined;
  /** Queueing, sending and retrying. @default the `delivery` option of `init()` */
  readonly delivery?: DeliveryOptions | undefined;
}

const NAME = 'otlp';

/** The names that OpenTelemetry's OTLP exporters use for these options. */
const FOREIGN_NAMES: Readonly<Record<string, string>> = {
  url: 'endpoint',
  timeoutMillis: 'delivery.requestTimeoutMs',
  timeoutMs: 'delivery.requestTimeoutMs',
  timeout: 'delivery.requestTimeoutMs',
  requestTimeoutMs: 'delivery.requestTimeoutMs',
  httpAgentOptions: 'tls',
  credentials: 'tls',
  metadata: 'headers',
};

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
  let endpoint = given.endpoint ?? '';
  let check = (): Promise<Check> => notStartedCheck(NAME);

  return {
    name: NAME,
    get endpoint() {
      return maskEndpoint(endpoint);
    },
    start(context) {
      const { otlp: settings } = membersOf(context);
      endpoint = given.endpoint ?? settings.endpoint;
      const delivered = deliverTo(context, {
        name: NAME,
        endpoint: new URL(endpoint),
        headers: addHeaders(settings.headers, given.headers),
        protocol: given.protocol ?? settings.protocol,
        compression: given.compression ?? given.delivery?.compression ?? settings.compression,
        tls: given.tls ?? settings.tls,
        delivery: { requestTimeoutMs: settings.requestTimeoutMs, ...given.delivery },
      });
      check = () => delivered.check({ acceptsAnyReceiver: true });
      return delivered.started;
    },
    check: () => check(),
  };
}

/** The headers of the environment, and those of the option, which take precedence. */
function addHeaders(common: HeaderRecord, given: RequestHeaders | undefined): RequestHeaders {
  if (typeof given !== 'function') return { ...common, ...given };
  return async () => ({ ...common, ...(await given()) });
}

/** The options that were given, with the full URL of the endpoint. */
function validate(options: OtlpOptions): OtlpOptions {
  const { options: given, problems } = validateExporterOptions<OtlpOptions>(
    NAME,
    options,
    {
      endpoint: urlValidator,
      headers: headersValidator,
      protocol: oneOf(['http/protobuf', 'http/json']),
      compression: oneOf(['gzip', 'none']),
      tls: tlsValidator,
      delivery: deliveryValidator,
    },
    [],
    FOREIGN_NAMES,
  );
  throwIfInvalid(problems);
  return given;
}
