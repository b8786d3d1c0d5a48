// Our bytes before Google's own protobuf compiler, with the official schema of OTLP: it must read the same message out of
// them as out of what OpenTelemetry writes. protoc comes from Debian, the schema from OpenTelemetry's Python package,
// which carries it as descriptors.

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

/** A request as protoc reads it. */
function read(bytes: Uint8Array): string {
  const args = [`--descriptor_set_in=${join(folder, 'otlp.binpb')}`, `--decode=${REQUEST}`];
  return execFileSync(protoc, args, { input: bytes, encoding: 'utf8', maxBuffer: 1 << 28 });
}

function expectSame(spans: ReadableSpan[]): string {
  const ours = read(encodeSpans(spans));
  expect(ours).toBe(read(ProtobufTraceSerializer.serializeRequest(spans) ?? new Uint8Array(0)));
  return ours;
}

describe('protoc with the official schema', () => {
  it('reads every field of a plain span by its name, and knows all of them', () => {
    const text = expectSame([makeSpan({ name: 'processOrder', attributes: { 'order.id': '4711' } })]);
    expect(text).toMatch(/resource_spans \{[^]*scope_spans \{[^]*spans \{/);
    expect(text).toContain('name: "processOrder"');
    expect(text).toContain('start_time_unix_nano: 1763676000123456789');
    // A field that the schema does not know would be printed by its number.
    expect(text).not.toMatch(/^\s*\d+[:{ ]/m);
  });

  it('reads the same out of our bytes and out of OpenTelemetry’s, for spans of every shape', () => {
    const scopes = [scope, { name: 'http', version: '2', schemaUrl: 'https://example.test/1' }, { name: '' }];
    const spans = fc.array(fc.tuple(anySpan, fc.constantFrom(...scopes)), { minLength: 1, maxLength: 20 });
    let count = 0;
    fc.assert(
      fc.property(spans, pairs => {
        count += pairs.length;
        const text = expectSame(
          pairs.map(([span, instrumentationScope]) => ({ ...span, instrumentationScope })),
        );
        expect(text).not.toMatch(/^\s*\d+[:{ ]/m);
      }),
      { numRuns: 200 },
    );
    expect(count).toBeGreaterThan(500);
  });

  it.each([127, 128, 16_383, 16_384, 2_097_152])('reads a text of %d bytes', size => {
    expectSame([makeSpan({ name: 'ä'.repeat(size / 2), attributes: { text: 'a'.repeat(size) } })]);
  });
});
