// Joins the encoded spans of each resource and scope into one request body.
//
//   ExportTraceServiceRequest  1 ResourceSpans { envelope.head  2 ScopeSpans { envelope.head  spans  envelope.tail }  envelope.tail }

import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { type ByteWriter, putVarint, measureVarint } from '../../protobuf/writer.js';
import type { MessageEnvelope } from '../otlp/encode-envelope.js';
import type { EncodedBatch } from './batch.js';

/** The encoded spans of one resource and one scope. The buffer is reused for the next batch. */
export interface ScopeSection {
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  readonly envelope: MessageEnvelope;
  readonly writer: ByteWriter;
  spanCount: number;
}

const RESOURCE_SPANS = 0x0a;
const SCOPE_SPANS = 0x12;

/**
 * Copies the sections with their envelopes into the bytes of one request.
 *
 * @param all sections; empty ones are left out
 * @param envelopeOf returns the encoded resource
 */
export function assembleRequest(
  all: readonly ScopeSection[],
  envelopeOf: (resource: Resource) => MessageEnvelope,
): EncodedBatch {
  const filled = all.filter(section => section.spanCount > 0);
  const groups = [...new Set(filled.map(section => section.resource))].map(resource => {
    const envelope = envelopeOf(resource);
    const sections = filled
      .filter(section => section.resource === resource)
      .map(section => ({ section, size: measureInEnvelope(section.envelope, section.writer.pos) }));
    const scopes = sections.reduce((sum, { size }) => sum + measureField(size), 0);
    return { envelope, sections, size: measureInEnvelope(envelope, scopes) };
  });
  const bytes = Buffer.allocUnsafeSlow(groups.reduce((sum, { size }) => sum + measureField(size), 0));
  let at = 0;
  const put = (part: Uint8Array): void => {
    bytes.set(part, at);
    at += part.length;
  };
  const putHeader = (tag: number, size: number): void => {
    bytes[at] = tag;
    at = putVarint(bytes, at + 1, size);
  };
  for (const { envelope, sections, size } of groups) {
    putHeader(RESOURCE_SPANS, size);
    put(envelope.head);
    for (const { section, size: scopeSize } of sections) {
      putHeader(SCOPE_SPANS, scopeSize);
      put(section.envelope.head);
      put(section.writer.written);
      put(section.envelope.tail);
    }
    put(envelope.tail);
  }
  return { bytes, spanCount: filled.reduce((sum, { spanCount }) => sum + spanCount, 0) };
}

function measureInEnvelope({ head, tail }: MessageEnvelope, contentSize: number): number {
  return head.length + contentSize + tail.length;
}

/** The size of a delimited field: a tag of one byte, the length, the content. */
function measureField(contentSize: number): number {
  return 1 + measureVarint(contentSize) + contentSize;
}
