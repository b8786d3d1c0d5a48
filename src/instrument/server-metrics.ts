// How long requests take, for a process with a meter provider: the histogram that OpenTelemetry's instrumentation of
// node:http keeps, by its name and with its attributes.

import {
  type Attributes,
  createNoopMeter,
  type Histogram,
  type MeterProvider,
  metrics,
  ValueType,
} from '@opentelemetry/api';
import { SCOPE_NAME, VERSION } from '../core/version.js';

/** The instrumentation scope of what is told of node:http's servers: apart from the application's own spans. */
export const NODE_HTTP_SCOPE: string = `${SCOPE_NAME}/node-http`;

/**
 * The histogram of request durations in seconds.
 *
 * @param provider the meter provider, by default the registered one
 * @returns undefined where nobody measures
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

/** The attributes of a span that the histogram has, too. */
export function selectDurationAttributes(span: Attributes, end: Attributes): Attributes {
  const status = end['http.response.status_code'];
  const failed = typeof status === 'number' && status >= 500 && status < 600 ? String(status) : undefined;
  const kept: Attributes = {
    'http.request.method': span['http.request.method'],
    'url.scheme': span['url.scheme'],
    'network.protocol.version': span['network.protocol.version'],
    'http.route': end['http.route'],
    'http.response.status_code': status,
    'error.type': end['error.type'] ?? failed,
  };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
}
