// Reads spans back from both APIs of Jaeger: as OTLP from the storage, and in Jaeger's model for its user interface.

import { spansOfOtlp, toMicroseconds } from './spans.mjs';

const WARNINGS = '@jaeger@warnings';

/** Reads the spans of a trace with `GET /api/v3/traces/:id`. */
export async function readStored(api, traceId) {
  const response = await fetch(`${api}/api/v3/traces/${traceId}`);
  if (response.status === 404) return [];
  const spans = spansOfOtlp((await response.json()).result);
  // The storage returns its own objects, and each query adds the same warning to them.
  for (const { attributes } of spans) {
    if (WARNINGS in attributes) attributes[WARNINGS] = [...new Set(attributes[WARNINGS])];
  }
  return spans;
}

const SORTED = {
  why: 'events are sorted by their names',
  change: span => ({ ...span, events: [...span.events].sort((a, b) => (a.name < b.name ? -1 : 1)) }),
};

/** The changes that Jaeger makes to every trace that it returns. */
export const STORAGE_CHANGES = [
  SORTED,
  {
    why: 'a span without its parent has a warning',
    change: ({ attributes, ...span }) => {
      if (span.name !== 'remote parent') return { ...span, attributes };
      const warning = `parent span ID=${span.parentSpanId} is not in the trace; skipping clock skew adjustment`;
      return { ...span, attributes: { ...attributes, [WARNINGS]: [warning] } };
    },
  },
];

/** Reads the spans of a trace with `GET /api/traces/:id`. */
export async function readForUi(api, traceId) {
  const response = await fetch(`${api}/api/traces/${traceId}`);
  if (response.status === 404) return [];
  const { data } = await response.json();
  return data.flatMap(({ spans, processes }) => spans.map(span => spanOf(span, processes[span.processID])));
}

/** The changes by Jaeger's model of a span, which its user interface receives. */
export const UI_CHANGES = [
  SORTED,
  {
    why: 'times are in microseconds',
    change: span => ({
      ...span,
      start: toMicroseconds(span.start),
      end: toMicroseconds(BigInt(toMicroseconds(span.start)) + BigInt(span.end) - BigInt(span.start)),
      events: span.events.map(event => ({ ...event, time: toMicroseconds(event.time) })),
    }),
  },
  { why: 'the flags of OTLP are missing', change: span => ({ ...span, flags: 0 }) },
  {
    why: 'links are references, which have no attributes and no tracestate',
    change: span => ({
      ...span,
      links: span.links.map(link => ({ ...link, attributes: {}, traceState: '' })),
    }),
  },
  {
    why: 'tags are scalars, so a list is encoded as JSON',
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
