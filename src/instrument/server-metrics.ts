// The histogram of request durations, for a process with a meter provider. Name and attributes equal those of
// OpenTelemetry's instrumentation of node:http.

import {
  type Attributes,
  createNoopMeter,
  type Histogram,
  type MeterProvider,
  metrics,
  ValueType,
} from '@opentelemetry/api';
import { omitUndefined } from '../core/omit-undefined.js';
import { SCOPE_NAME, VERSION } from '../core/version.js';

/** The instrumentation scope of the spans and metrics of node:http servers. It differs from that of the application's spans. */
export const NODE_HTTP_SCOPE: string = `${SCOPE_NAME}/node-http`;

/**
 * Creates the histogram of request durations in seconds.
 *
 * @param provider the meter provider. @default the registered one
 * @returns undefined without a meter provider
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpserverrequestduration
 */
export function createDurationHistogram(
  provider: MeterProvider = metrics.getMeterProvider(),
): Histogram | undefined {
  const meter = provider.getMeter(NODE_HTTP_SCOPE, VERSION);
  if (meter === createNoopMeter()) return undefined;
  return meter.createHistogram('http.server.request.duration', {
    description: 'Duration of HTTP server requests.',
    unit: 's',
    valueType: ValueType.DOUBLE,
    advice: {
      explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    },
  });
}

/**
 * Selects the attributes of the histogram.
 *
 * @param start the attributes at the start of the span
 * @param end the attributes at its end
 */
export function selectDurationAttributes(start: Attributes, end: Attributes): Attributes {
  const status = end['http.response.status_code'];
  const isServerError = typeof status === 'number' && status >= 500 && status < 600;
  return omitUndefined<Attributes>({
    'http.request.method': start['http.request.method'],
    'url.scheme': start['url.scheme'],
    'network.protocol.version': start['network.protocol.version'],
    'http.route': end['http.route'],
    'http.response.status_code': status,
    'error.type': end['error.type'] ?? (isServerError ? String(status) : undefined),
  });
}
