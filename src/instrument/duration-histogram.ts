// The histograms of request durations, for a process with a meter provider. Names and attributes equal those of
// OpenTelemetry's instrumentations.

import {
  type Attributes,
  createNoopMeter,
  type Histogram,
  type MeterProvider,
  metrics,
  ValueType,
} from '@opentelemetry/api';
import { omitUndefined } from '../core/omit-undefined.js';
import { VERSION } from '../core/version.js';

const DESCRIPTIONS = {
  server: 'Duration of HTTP server requests.',
  client: 'Duration of HTTP client requests.',
} as const;

/**
 * Creates the histogram of request durations in seconds.
 *
 * @param side the side of the requests
 * @param scope the instrumentation scope
 * @param provider the meter provider. @default the registered one
 * @returns undefined without a meter provider
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
 */
export function createDurationHistogram(
  side: keyof typeof DESCRIPTIONS,
  scope: string,
  provider: MeterProvider = metrics.getMeterProvider(),
): Histogram | undefined {
  const meter = provider.getMeter(scope, VERSION);
  if (meter === createNoopMeter()) return undefined;
  return meter.createHistogram(`http.${side}.request.duration`, {
    description: DESCRIPTIONS[side],
    unit: 's',
    valueType: ValueType.DOUBLE,
    advice: {
      explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    },
  });
}

/**
 * Selects the attributes of the server histogram.
 *
 * @param start the attributes at the start of the span
 * @param end the attributes at its end
 */
export function selectServerDurationAttributes(start: Attributes, end: Attributes): Attributes {
  return omitUndefined<Attributes>({
    'http.request.method': start['http.request.method'],
    'url.scheme': start['url.scheme'],
    'network.protocol.version': start['network.protocol.version'],
    'http.route': end['http.route'],
    'http.response.status_code': end['http.response.status_code'],
    'error.type': end['error.type'],
  });
}

/**
 * Selects the attributes of the client histogram.
 *
 * @param start the attributes at the start of the span
 * @param end the attributes at its end
 */
export function selectClientDurationAttributes(start: Attributes, end: Attributes): Attributes {
  return omitUndefined<Attributes>({
    'http.request.method': start['http.request.method'],
    'server.address': start['server.address'],
    'server.port': start['server.port'],
    'network.protocol.version': end['network.protocol.version'],
    'http.response.status_code': end['http.response.status_code'],
    'error.type': end['error.type'],
  });
}
