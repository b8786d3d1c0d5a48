// Zipkin takes no OTLP without a module that Maven Central does not have, so OpenTelemetry's exporter writes Zipkin's own
// format, and Zipkin's API reads it back.

import { toMicroseconds } from './spans.mjs';

/** The spans of a trace as `GET /api/v2/trace/:id` gives them. */
export async function shown(api, traceId) {
  const response = await fetch(`${api}/api/v2/trace/${traceId}`);
  if (response.status === 404) return [];
  return (await response.json()).map(spanOf);
}

/** What Zipkin's model of a span, and OpenTelemetry's mapping onto it, cannot say. */
export const SHOWN = [
  {
    why: 'times are whole microseconds; the duration is rounded and at least one',
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
    why: 'an annotation is a time and a name: it has no attributes',
    change: span => ({ ...span, events: span.events.map(event => ({ ...event, attributes: {} })) }),
  },
  { why: 'it has no links', change: span => ({ ...span, links: [] }) },
  {
    why: 'tags are text; those of the resource stand among those of the span',
    change: ({ resource, attributes, ...span }) => {
      const texts = Object.entries({ ...attributes, ...resource }).map(([key, value]) => [
        key,
        String(value),
      ]);
      return { ...span, attributes: Object.fromEntries(texts), resource: {} };
    },
  },
  {
    why: 'the scope, the tracestate and the flags are not told',
    change: span => ({ ...span, scope: { name: '', version: '' }, traceState: '', flags: 0 }),
  },
];

/** Rounded as the exporter does it: in a double, which has quarters of a microsecond left for these numbers. */
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
