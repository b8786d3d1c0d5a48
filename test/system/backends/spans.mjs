// Spans in one form, whatever tells of them: OTLP as JSON in any of its spellings here; and how what a backend shows
// is compared with what was sent.
//
// A span is { service, traceId, spanId, parentSpanId, traceState, flags, name, kind, start, end, status, attributes,
// events, links, scope, resource }: ids in lower-case hex, times in nanoseconds as text.

import assert from 'node:assert/strict';

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUSES = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'];

/**
 * The spans of an OTLP export request as JSON: names of fields in camel or snake case, enums as numbers or names.
 *
 * @param request the request
 * @param {(id: string) => string} [hex] how ids become hex, where they are something else
 */
export function spansOfOtlp(request, hex = id => id) {
  const id = text => (text ? hex(text) : '');
  return camel(request).resourceSpans.flatMap(({ resource, scopeSpans }) => {
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
 * Compares what a backend shows with what was sent, field by field.
 *
 * @param shown the spans as the backend shows them
 * @param sent the spans as they ended
 * @param {Array<{ why: string, change: (span: object) => object }>} changes what the backend changes by design. Each is
 *   applied to what was sent, and must change something: an entry that no span shows any more fails.
 */
export function compare(shown, sent, changes = []) {
  let expected = sent;
  for (const { why, change } of changes) {
    const changed = expected.map(span => change(structuredClone(span)));
    assert.notDeepEqual(changed, expected, `no span shows this any more: ${why}`);
    expected = changed;
  }
  const key = span => `${span.traceId}/${span.spanId}`;
  const byKey = new Map(shown.map(span => [key(span), span]));
  assert.equal(byKey.size, shown.length, 'a span is there twice');
  const missing = expected.filter(span => !byKey.has(key(span)));
  assert.deepEqual(
    missing.map(span => `${span.service} ${span.name}`),
    [],
    `${missing.length} of ${expected.length} spans are missing`,
  );
  for (const span of expected) {
    const message = `${span.service} ${span.name} ${key(span)} is not what was sent`;
    const same = { ...byKey.get(key(span)) };
    assert.deepEqual(sorted(same), sorted(span), message);
  }
  assert.equal(shown.length, expected.length, 'there are spans that nobody sent');
}

/** Truncates a time in nanoseconds to the microsecond, as backends do that count in those. */
export function toMicroseconds(nanoseconds) {
  return String((BigInt(nanoseconds) / 1000n) * 1000n);
}

/** The keys of objects in one order: a failure then shows what differs, and nothing else. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, sorted(each)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function attributesOf(list = []) {
  return Object.fromEntries(list.map(({ key, value }) => [key, valueOf(value)]));
}

/** The one member of an AnyValue that is there; numbers of 64 bits come as text. */
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

function camel(value) {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key.replace(/_(\w)/g, (_, letter) => letter.toUpperCase()),
      camel(each),
    ]),
  );
}
