// What OTLP means, apart from how it is written: shared by its JSON and its protobuf form.
// Source: opentelemetry-proto, opentelemetry/proto/trace/v1/trace.proto

import type { Attributes, AttributeValue, FlatSpan, Kind, Status } from '../types.js';
import type { Batch } from './read-error.js';

/** Where a resource has no `service.name`. */
export const UNKNOWN_SERVICE = 'unknown_service';

/** How deeply an attribute value may nest; protobuf's own implementations stop at 100 messages. */
export const MAX_VALUE_DEPTH = 48;

/** `Span.SpanKind` by number. */
export const SPAN_KINDS: readonly string[] = [
  'SPAN_KIND_UNSPECIFIED',
  'SPAN_KIND_INTERNAL',
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
];

/** `Status.StatusCode` by number. */
export const STATUS_CODES: readonly string[] = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'];

const KINDS: readonly Kind[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'];
const CODES: readonly Status['code'][] = ['unset', 'ok', 'error'];
const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/;

/** The kind behind the enum's number; numbers of a later version read as internal, as OTLP advises. */
export function toSpanKind(value: number): Kind {
  return KINDS[value] ?? 'internal';
}

/** The status behind the enum's number and the message. */
export function toStatus(code: number, message: string): Status {
  const name = CODES[code] ?? 'unset';
  return message === '' ? { code: name } : { code: name, message };
}

/** `service.name` of a resource's attributes. */
export function serviceName(resource: Attributes): string {
  const name = resource['service.name'];
  return typeof name === 'string' && name !== '' ? name : UNKNOWN_SERVICE;
}

/** Sets a key that came over the network: `__proto__` becomes a key like any other. */
export function setAttribute(record: Attributes, key: string, value: AttributeValue): void {
  if (key === '__proto__') {
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    record[key] = value;
  }
}

/** Adds a span to the batch, or, where its ids are not ids, a problem; a wrong parent id reads as none. */
export function addSpan(batch: Batch, span: FlatSpan): void {
  if (!TRACE_ID.test(span.traceId) || !SPAN_ID.test(span.spanId)) {
    const ids = `trace id "${span.traceId.slice(0, 40)}", span id "${span.spanId.slice(0, 40)}"`;
    batch.problems.push({
      code: 'invalid_span',
      message: `A span was left out, its ids are not valid: ${ids}.`,
    });
    return;
  }
  const { parentSpanId, ...rest } = span;
  batch.spans.push(parentSpanId === undefined || SPAN_ID.test(parentSpanId) ? span : rest);
}
