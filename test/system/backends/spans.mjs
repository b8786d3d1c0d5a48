// A common form for the spans of all backends, the conversion from OTLP as JSON, and the comparison of received with sent spans.
//
// A span is { service, traceId, spanId, parentSpanId, traceState, flags, name, kind, start, end, status, attributes, events, links,
// scope, resource }. Ids are in lower-case hex, times in nanoseconds as strings.

import assert from 'node:assert/strict';

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUSES = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'];

/**
 * Converts an OTLP export request as JSON. Field names are in camel or snake case, enums are numbers or names.
 *
 * @param request the request
 * @param {(id: string) => string} [hex] converts an id to hex, for requests in which it is not hex
 */
export function spansOfOtlp(request, hex = id => id) {
  const id = text => (text ? hex(text) : '');
  return toCamelCase(request).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const attributes = attributesOf(resource?.attributes);
    return scopeSpans.flatMap(({ scope, spans }) =>
      spans.map(span => ({
        service: attributes['service.name'],
        traceId: id(span.traceId),
        spanId: id(span.spanId),
        parentSpanId: id(span.parentSpanId),
        traceState: span.traceState ?? '',
        flags: span.flags ?? 0,
        name: span.name,
        kind: kindOf(span.kind),
        start: String(span.startTimeUnixNano),
        end: String(span.endTimeUnixNano),
        status: { code: statusOf(span.status?.code), message: span.status?.message ?? '' },
        attributes: attributesOf(span.attributes),
        events: (span.events ?? []).map(event => ({
          name: event.name,
          time: String(event.timeUnixNano),
          attributes: attributesOf(event.attributes),
        })),
        links: (span.links ?? []).map(link => ({
          traceId: id(link.traceId),
          spanId: id(link.spanId),
          traceState: link.traceState ?? '',
          attributes: attributesOf(link.attributes),
        })),
        scope: { name: scope?.name ?? '', version: scope?.version ?? '' },
        resource: attributes,
      })),
    );
  });
}

/**
 * Compares the spans of a backend with the sent spans, field by field.
 *
 * @param received the spans that the backend returns
 * @param sent the spans as they ended
 * @param {Array<{ why: string, change: (span: object) => object }>} changes the intended changes by the backend. Each is applied
 *   to the sent spans. The comparison fails if one of them changes no span.
 */
export function compare(received, sent, changes = []) {
  let expected = sent;
  for (const { why, change } of changes) {
    const changed = expected.map(span => change(structuredClone(span)));
    assert.notDeepEqual(changed, expected, `no span has this change: ${why}`);
    expected = changed;
  }
  const key = span => `${span.traceId}/${span.spanId}`;
  const byKey = new Map(received.map(span => [key(span), span]));
  assert.equal(byKey.size, received.length, 'a span was received twice');
  const missing = expected.filter(span => !byKey.has(key(span)));
  assert.deepEqual(
    missing.map(span => `${span.service} ${span.name}`),
    [],
    `${missing.length} of ${expected.length} spans are missing`,
  );
  for (const span of expected) {
    const message = `${span.service} ${span.name} ${key(span)} differs from the sent span`;
    assert.deepEqual(sortKeys({ ...byKey.get(key(span)) }), sortKeys(span), message);
  }
  assert.equal(received.length, expected.length, 'there are spans that were not sent');
}

/** Truncates a time in nanoseconds to microseconds, like backends that store microseconds. */
export function toMicroseconds(nanoseconds) {
  return String((BigInt(nanoseconds) / 1000n) * 1000n);
}

/** Sorts the keys of objects, so that the message of a failure contains only real differences. */
function sortKeys(value) {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, sortKeys(each)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function attributesOf(list = []) {
  return Object.fromEntries(list.map(({ key, value }) => [key, valueOf(value)]));
}

/** Returns the set member of an AnyValue. 64-bit numbers are strings. */
function valueOf(value) {
  const [[type, content] = []] = Object.entries(value);
  if (type === 'intValue' || type === 'doubleValue') return Number(content);
  if (type === 'arrayValue') return (content.values ?? []).map(valueOf);
  return content;
}

function kindOf(kind = 0) {
  const name = typeof kind === 'number' ? KINDS[kind] : kind.replace('SPAN_KIND_', '');
  return name.toLowerCase();
}

function statusOf(code = 0) {
  return typeof code === 'number' ? code : STATUSES.indexOf(code);
}

function toCamelCase(value) {
  if (Array.isArray(value)) return value.map(toCamelCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key.replace(/_(\w)/g, (_, letter) => letter.toUpperCase()),
      toCamelCase(each),
    ]),
  );
}
