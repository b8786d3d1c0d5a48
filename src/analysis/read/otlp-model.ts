// The parts of OTLP that its JSON and its protobuf form share: enums, ids, the service name, limits.
// Source: opentelemetry-proto, opentelemetry/proto/trace/v1/trace.proto

import { getStringAttribute } from '../string-attribute.js';
import type { Attributes, AttributeValue, FlatSpan, Kind, Status } from '../types.js';
import type { Batch } from './reader.js';

/** The service of a resource without `service.name`. */
const DEFAULT_SERVICE = 'unknown_service';

/** The greatest depth of an attribute value. Protobuf's own implementations stop at 100 messages. */
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

/** Converts the number of a span kind. A number of a later version becomes internal, as OTLP advises. */
export function toSpanKind(value: number): Kind {
  return KINDS[value] ?? 'internal';
}

/** Converts the number of a status code, with the status message. */
export function toStatus(code: number, message: string): Status {
  const name = CODES[code] ?? 'unset';
  return message === '' ? { code: name } : { code: name, message };
}

/** Returns `service.name` of a resource's attributes, or `unknown_service`. */
export function getServiceName(resource: Attributes): string {
  return getStringAttribute(resource, 'service.name') ?? DEFAULT_SERVICE;
}

/** Sets an attribute whose key came over the network: `__proto__` becomes a key like any other. */
export function setAttribute(record: Attributes, key: string, value: AttributeValue): void {
  if (key === '__proto__') {
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    record[key] = value;
  }
}

/**
 * Adds a span to a batch. If its ids are not valid, it adds a problem instead. A parent id that is not valid is removed.
 */
export function addSpan(batch: Batch, span: FlatSpan): void {
  if (!TRACE_ID.test(span.traceId) || !SPAN_ID.test(span.spanId)) {
    const ids = `trace id "${span.traceId.slice(0, 40)}", span id "${span.spanId.slice(0, 40)}"`;
    batch.problems.push({
      code: 'invalid_span',
      message: `A span was left out because its ids are not valid: ${ids}.`,
    });
    return;
  }
  const { parentSpanId, ...rest } = span;
  batch.spans.push(parentSpanId === undefined || SPAN_ID.test(parentSpanId) ? span : rest);
}
