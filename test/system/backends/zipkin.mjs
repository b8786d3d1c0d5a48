// Reads spans back from Zipkin. Its server accepts OTLP only with a module that is not on Maven Central, so the spans are sent by
// OpenTelemetry's exporter in the format of Zipkin.

import { toMicroseconds } from './spans.mjs';

/** Reads the spans of a trace with `GET /api/v2/trace/:id`. */
export async function readStored(api, traceId) {
  const response = await fetch(`${api}/api/v2/trace/${traceId}`);
  if (response.status === 404) return [];
  return (await response.json()).map(spanOf);
}

/** The changes by Zipkin's model of a span and by OpenTelemetry's mapping to it. */
export const MODEL_CHANGES = [
  {
    why: 'times are whole microseconds, and the duration is rounded to at least one',
    change: span => {
      const start = toMicroseconds(span.start);
      const microseconds = Math.round(Number(BigInt(span.end) - BigInt(span.start)) / 1000);
      return {
        ...span,
        start,
        end: String(BigInt(start) + BigInt(Math.max(microseconds, 1)) * 1000n),
        events: span.events.map(event => ({ ...event, time: toNearestMicrosecond(event.time) })),
      };
    },
  },
  {
    why: 'names of spans and services are in lower case',
    change: span => ({ ...span, name: span.name.toLowerCase(), service: span.service.toLowerCase() }),
  },
  {
    why: 'an annotation has a time and a name, but no attributes',
    change: span => ({ ...span, events: span.events.map(event => ({ ...event, attributes: {} })) }),
  },
  { why: 'links are missing', change: span => ({ ...span, links: [] }) },
  {
    why: 'tags are strings, and the tags of the span include those of the resource',
    change: ({ resource, attributes, ...span }) => {
      const texts = Object.entries({ ...attributes, ...resource }).map(([key, value]) => [
        key,
        String(value),
      ]);
      return { ...span, attributes: Object.fromEntries(texts), resource: {} };
    },
  },
  {
    why: 'the scope, the tracestate and the flags are missing',
    change: span => ({ ...span, scope: { name: '', version: '' }, traceState: '', flags: 0 }),
  },
];

/** Rounds like the exporter, in a double. For these numbers a double has a resolution of a quarter of a microsecond. */
function toNearestMicrosecond(nanoseconds) {
  const [seconds, rest] = [BigInt(nanoseconds) / 1_000_000_000n, BigInt(nanoseconds) % 1_000_000_000n];
  return String(BigInt(Math.round(Number(seconds) * 1e6 + Number(rest) / 1e3)) * 1000n);
}

function spanOf(span) {
  const { error, 'otel.status_code': code, ...attributes } = span.tags;
  const start = BigInt(span.timestamp) * 1000n;
  return {
    service: span.localEndpoint.serviceName,
    traceId: span.traceId,
    spanId: span.id,
    parentSpanId: span.parentId ?? '',
    traceState: '',
    flags: 0,
    name: span.name,
    kind: span.kind?.toLowerCase() ?? 'internal',
    start: String(start),
    end: String(start + BigInt(span.duration) * 1000n),
    status: { code: { OK: 1, ERROR: 2 }[code] ?? 0, message: error ?? '' },
    attributes,
    events: (span.annotations ?? []).map(({ timestamp, value }) => ({
      name: value,
      time: String(BigInt(timestamp) * 1000n),
      attributes: {},
    })),
    links: [],
    scope: { name: '', version: '' },
    resource: {},
  };
}
