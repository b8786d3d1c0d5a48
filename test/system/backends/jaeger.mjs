// Jaeger reads back in two ways: OTLP as it was stored, and what its user interface is given.

import { spansOfOtlp, toMicroseconds } from './spans.mjs';

const WARNINGS = '@jaeger@warnings';

/** The spans of a trace as `GET /api/v3/traces/:id` gives them. */
export async function stored(api, traceId) {
  const response = await fetch(`${api}/api/v3/traces/${traceId}`);
  if (response.status === 404) return [];
  const spans = spansOfOtlp((await response.json()).result);
  // The storage hands out what it holds, and each question writes the same warning into it once more.
  for (const { attributes } of spans) {
    if (WARNINGS in attributes) attributes[WARNINGS] = [...new Set(attributes[WARNINGS])];
  }
  return spans;
}

const SORTED = {
  why: 'events are sorted by their names',
  change: span => ({ ...span, events: [...span.events].sort((a, b) => (a.name < b.name ? -1 : 1)) }),
};

/** What Jaeger does to every trace that it hands out. */
export const STORED = [
  SORTED,
  {
    why: 'a span whose parent is not there gets a warning',
    change: ({ attributes, ...span }) => {
      if (span.name !== 'remote parent') return { ...span, attributes };
      const warning = `parent span ID=${span.parentSpanId} is not in the trace; skipping clock skew adjustment`;
      return { ...span, attributes: { ...attributes, [WARNINGS]: [warning] } };
    },
  },
];

/** The spans of a trace as `GET /api/traces/:id` gives them. */
export async function shown(api, traceId) {
  const response = await fetch(`${api}/api/traces/${traceId}`);
  if (response.status === 404) return [];
  const { data } = await response.json();
  return data.flatMap(({ spans, processes }) => spans.map(span => spanOf(span, processes[span.processID])));
}

/** What Jaeger's own model of a span, which its user interface is given, cannot say. */
export const SHOWN = [
  SORTED,
  {
    why: 'its times are in microseconds',
    change: span => ({
      ...span,
      start: toMicroseconds(span.start),
      end: toMicroseconds(BigInt(toMicroseconds(span.start)) + BigInt(span.end) - BigInt(span.start)),
      events: span.events.map(event => ({ ...event, time: toMicroseconds(event.time) })),
    }),
  },
  { why: 'it has no flags of OTLP', change: span => ({ ...span, flags: 0 }) },
  {
    why: 'its links are references, which have no attributes and no tracestate',
    change: span => ({
      ...span,
      links: span.links.map(link => ({ ...link, attributes: {}, traceState: '' })),
    }),
  },
  {
    why: 'its tags are scalars: a list is told as JSON',
    change: span => ({
      ...span,
      attributes: withListsAsJson(span.attributes),
      events: span.events.map(event => ({ ...event, attributes: withListsAsJson(event.attributes) })),
      resource: withListsAsJson(span.resource),
    }),
  },
];

function withListsAsJson(attributes) {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key,
      Array.isArray(value) ? JSON.stringify(value) : value,
    ]),
  );
}

function spanOf(span, process) {
  const tags = tagsOf(span.tags);
  const take = key => {
    const value = tags[key];
    delete tags[key];
    return value;
  };
  const refs = type => span.references.filter(each => each.refType === type);
  const status = { ERROR: 2, OK: 1 }[take('otel.status_code')] ?? 0;
  if (status === 2) take('error');
  return {
    service: process.serviceName,
    traceId: span.traceID,
    spanId: span.spanID,
    parentSpanId: refs('CHILD_OF')[0]?.spanID ?? '',
    traceState: take('w3c.tracestate') ?? '',
    flags: 0,
    name: span.operationName,
    kind: take('span.kind'),
    start: String(BigInt(span.startTime) * 1000n),
    end: String(BigInt(span.startTime + span.duration) * 1000n),
    status: { code: status, message: take('otel.status_description') ?? '' },
    attributes: tags,
    events: span.logs.map(({ timestamp, fields }) => {
      const { event, ...attributes } = tagsOf(fields);
      return { name: event, time: String(BigInt(timestamp) * 1000n), attributes };
    }),
    links: refs('FOLLOWS_FROM').map(({ traceID, spanID }) => ({
      traceId: traceID,
      spanId: spanID,
      traceState: '',
      attributes: {},
    })),
    scope: { name: take('otel.scope.name') ?? '', version: take('otel.scope.version') ?? '' },
    resource: { 'service.name': process.serviceName, ...tagsOf(process.tags) },
  };
}

function tagsOf(list) {
  return Object.fromEntries(list.map(({ key, value }) => [key, value]));
}
