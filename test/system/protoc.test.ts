// Decodes our protobuf with Google's compiler and the official schema of OTLP, and compares the result with that of
// OpenTelemetry's serializer. protoc is installed from Debian. The schema is in OpenTelemetry's Python package, as descriptors.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeSpans } from '../support/encode-spans.js';
import { anySpan, makeSpan, scope } from '../support/spans.js';
import { debian, python } from './install.mjs';

const DESCRIPTORS = `
import sys
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2

seen = {}
def add(file):
    for dependency in file.dependencies:
        add(dependency)
    if file.name not in seen:
        seen[file.name] = FileDescriptorProto()
        file.CopyToProto(seen[file.name])
add(trace_service_pb2.DESCRIPTOR)
with open(sys.argv[1], 'wb') as out:
    out.write(FileDescriptorSet(file=seen.values()).SerializeToString())
`;
const REQUEST = 'opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest';

let protoc = '';
let folder = '';

beforeAll(async () => {
  protoc = await debian('protoc', ['protobuf-compiler']);
  const path = await python(['opentelemetry-proto==1.45.2'], 'python-proto');
  folder = mkdtempSync(join(tmpdir(), 'trace-protoc-'));
  execFileSync(path, ['-c', DESCRIPTORS, join(folder, 'otlp.binpb')]);
}, 600_000);

afterAll(() => {
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
});

/** Decodes a request with protoc. */
function decode(bytes: Uint8Array): string {
  const args = [`--descriptor_set_in=${join(folder, 'otlp.binpb')}`, `--decode=${REQUEST}`];
  return execFileSync(protoc, args, { input: bytes, encoding: 'utf8', maxBuffer: 1 << 28 });
}

function expectEqualDecoding(spans: ReadableSpan[]): string {
  const ours = decode(encodeSpans(spans));
  expect(ours).toBe(decode(ProtobufTraceSerializer.serializeRequest(spans) ?? new Uint8Array(0)));
  return ours;
}

describe('protoc with the official schema', () => {
  it('decodes every field of a plain span by name, without unknown fields', () => {
    const text = expectEqualDecoding([
      makeSpan({ name: 'processOrder', attributes: { 'order.id': '4711' } }),
    ]);
    expect(text).toMatch(/resource_spans \{[^]*scope_spans \{[^]*spans \{/);
    expect(text).toContain('name: "processOrder"');
    expect(text).toContain('start_time_unix_nano: 1763676000123456789');
    // protoc prints an unknown field by its number.
    expect(text).not.toMatch(/^\s*\d+[:{ ]/m);
  });

  it('decodes our bytes and those of OpenTelemetry to the same message, for random spans', () => {
    const scopes = [scope, { name: 'http', version: '2', schemaUrl: 'https://example.test/1' }, { name: '' }];
    const spans = fc.array(fc.tuple(anySpan, fc.constantFrom(...scopes)), { minLength: 1, maxLength: 20 });
    let count = 0;
    fc.assert(
      fc.property(spans, pairs => {
        count += pairs.length;
        const text = expectEqualDecoding(
          pairs.map(([span, instrumentationScope]) => ({ ...span, instrumentationScope })),
        );
        expect(text).not.toMatch(/^\s*\d+[:{ ]/m);
      }),
      { numRuns: 200 },
    );
    expect(count).toBeGreaterThan(500);
  });

  it.each([127, 128, 16_383, 16_384, 2_097_152])('decodes a text of %d bytes', size => {
    expectEqualDecoding([makeSpan({ name: 'ä'.repeat(size / 2), attributes: { text: 'a'.repeat(size) } })]);
  });
});
