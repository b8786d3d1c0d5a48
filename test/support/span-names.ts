// Reads the names and trace ids of the spans in a request and nothing else, so that a test can read ten million spans.

import { ProtobufReader } from '../../src/protobuf/reader.js';

const RESOURCE_SPANS = 0x0a;
const SCOPE_SPANS = 0x12;
const SPANS = 0x12;
const TRACE_ID = 0x0a;
const NAME = 0x2a;

/** Returns the span names of a request, in order. */
export function spanNames(request: Uint8Array): string[] {
  const names: string[] = [];
  eachSpanName(request, name => names.push(name));
  return names;
}

/** Calls `onName` with the name of each span. */
export function eachSpanName(request: Uint8Array, onName: (name: string) => void): void {
  eachSpan(request, span => {
    let name = '';
    eachField(span, NAME, () => {
      name = span.string();
    });
    onName(name);
  });
}

/** Returns the trace ids of the spans of a request, in order. */
export function traceIdsOf(request: Uint8Array): string[] {
  const ids: string[] = [];
  eachSpan(request, span =>
    eachField(span, TRACE_ID, () => ids.push(Buffer.from(span.bytes()).toString('hex'))),
  );
  return ids;
}

function eachSpan(request: Uint8Array, onSpan: (span: ProtobufReader) => void): void {
  const reader = new ProtobufReader(request);
  eachMessage(reader, RESOURCE_SPANS, resource =>
    eachMessage(resource, SCOPE_SPANS, scope => eachMessage(scope, SPANS, onSpan)),
  );
}

function eachMessage(
  reader: ProtobufReader,
  tag: number,
  onMessage: (message: ProtobufReader) => void,
): void {
  eachField(reader, tag, () => onMessage(reader.message()));
}

function eachField(reader: ProtobufReader, tag: number, onField: () => void): void {
  while (reader.next()) {
    if (reader.tag === tag) onField();
    else reader.skip();
  }
}
