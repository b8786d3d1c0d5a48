// Collects encoded spans per resource and instrumentation scope, and closes a chunk when it is full or old enough.
// A chunk is one whole request body: it is never changed again, so several destinations and the spool share its bytes.

import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { reportFault } from '../core/guard.js';
import type { KeepMark } from '../spans/span-buffer.js';
import type { SpanShape } from './destination-options.js';
import { type Envelope, encodeResource, encodeScope } from './otlp/envelope.js';
import { type HeldSpan, holdSpan, writeHeld } from './otlp/encoded-span.js';
import { writeSpan } from './otlp/span.js';
import { ByteWriter, TooLargeError, varintSize } from '../protobuf/writer.js';
import type { Timers } from '../core/timers.js';

/** The bytes of one ExportTraceServiceRequest. */
export interface Chunk {
  readonly bytes: Uint8Array;
  /** Spans in it. */
  readonly spans: number;
}

/** What became of a span: encoded, or why not. */
export type Added = 'added' | 'too_large' | 'unreadable';

/** What a collector needs. */
export interface CollectorOptions {
  /** Bytes of a chunk; a single span may exceed it. */
  readonly maxChunkBytes: number;
  /** Milliseconds after which an open chunk is closed. */
  readonly intervalMs: number;
  /** The resource of spans that carry none. */
  readonly resource: Resource;
  /** Sees the attributes of each resource before they are encoded. */
  readonly resourceShape?: SpanShape['resource'];
  readonly timers: Timers;
  /** Takes each closed chunk. */
  readonly onChunk: (chunk: Chunk) => void;
}

/** The spans of one resource and one scope, in a buffer that is used again for the next chunk. */
interface Section {
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  readonly head: Envelope;
  readonly writer: ByteWriter;
  spans: number;
}

// OTLP forbids requests over 64 MiB; a span that comes near it can never be sent.
const MAX_SPAN_BYTES = 60 * 1024 * 1024;
// A section holds at most one chunk and the span that did not fit.
const MAX_BUFFER = 2 * MAX_SPAN_BYTES;
// More sections than this at once mean that scopes are not reused; the chunk is closed and they are forgotten.
const MAX_SECTIONS = 64;
// How many intervals a chunk waits for resource attributes that are still being detected.
const MAX_DEFERRALS = 5;

/** Encodes spans as they end, and hands over full or old chunks. */
export class Collector {
  readonly #options: CollectorOptions;
  readonly #resources = new WeakMap<Resource, Envelope>();
  #sections: Section[] = [];
  #last: Section | undefined;
  #bytes = 0;
  #stopTimer: (() => void) | undefined;
  readonly #scratch = new ByteWriter(MAX_BUFFER);
  #deferrals = 0;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  /** Whether no chunk is open. */
  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** Encodes one span into the open chunk. Never throws. */
  add(span: ReadableSpan): Added {
    let section: Section | undefined;
    let before = 0;
    try {
      section = this.#sectionOf(span.resource, span.instrumentationScope);
      before = section.writer.pos;
      writeSpan(section.writer, span);
    } catch (error) {
      if (section !== undefined) section.writer.pos = before;
      return whyNot(error);
    }
    return this.#admit(section, before);
  }

  /** Encodes a span for later. Never throws. */
  hold(span: ReadableSpan): HeldSpan | Exclude<Added, 'added'> {
    const scratch = this.#scratch;
    scratch.reset();
    try {
      writeSpan(scratch, span);
      if (scratch.pos > MAX_SPAN_BYTES) return 'too_large';
      const { resource, instrumentationScope: scope } = span;
      return holdSpan(resource, scope, scratch);
    } catch (error) {
      return whyNot(error);
    }
  }

  /** Puts a held span into the open chunk. Never throws. */
  append(held: HeldSpan, mark: KeepMark | undefined): Added {
    const section = this.#sectionOf(held.resource, held.scope);
    const before = section.writer.pos;
    try {
      writeHeld(section.writer, mark === undefined ? held.text : (held.marked ?? held.text), mark);
    } catch (error) {
      section.writer.pos = before;
      return whyNot(error);
    }
    return this.#admit(section, before);
  }

  /** Takes what was written at the end of a section into the chunk, which may close for it. */
  #admit(section: Section, before: number): Added {
    const size = section.writer.pos - before;
    if (size > MAX_SPAN_BYTES) {
      section.writer.pos = before;
      return 'too_large';
    }
    if (this.#bytes > 0 && this.#bytes + size > this.#options.maxChunkBytes)
      this.#closeBefore(section, before);
    section.spans++;
    this.#bytes += size;
    if (this.#bytes >= this.#options.maxChunkBytes) this.close();
    else this.#stopTimer ??= this.#options.timers.after(this.#options.intervalMs, () => this.#onInterval());
    return 'added';
  }

  /** Closes the open chunk, if there is anything in it. */
  close(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#deferrals = 0;
    if (this.#bytes === 0) return;
    const chunk = assemble(this.#sections, resource => this.#resourceOf(resource));
    for (const section of this.#sections) {
      section.writer.reset();
      section.spans = 0;
    }
    this.#bytes = 0;
    if (this.#sections.length > MAX_SECTIONS) {
      this.#sections = [];
      this.#last = undefined;
    }
    this.#options.onChunk(chunk);
  }

  /** The last span did not fit: it begins the next chunk. */
  #closeBefore(section: Section, at: number): void {
    const span = Buffer.from(section.writer.bytes.subarray(at, section.writer.pos));
    section.writer.pos = at;
    this.close();
    section.writer.raw(span);
    if (!this.#sections.includes(section)) this.#sections.push(section);
  }

  #onInterval(): void {
    this.#stopTimer = undefined;
    const pending = this.#sections.some(section => section.resource.asyncAttributesPending);
    if (pending && this.#deferrals++ < MAX_DEFERRALS) {
      this.#stopTimer = this.#options.timers.after(this.#options.intervalMs, () => this.#onInterval());
    } else {
      this.close();
    }
  }

  #sectionOf(given: Resource | undefined, scope: InstrumentationScope): Section {
    const resource = given ?? this.#options.resource;
    const last = this.#last;
    if (last !== undefined && last.scope === scope && last.resource === resource) return last;
    let section = this.#sections.find(known => known.scope === scope && known.resource === resource);
    if (section === undefined) {
      if (this.#sections.length > MAX_SECTIONS) this.close();
      section = { resource, scope, head: encodeScope(scope), writer: new ByteWriter(MAX_BUFFER), spans: 0 };
      this.#sections.push(section);
    }
    this.#last = section;
    return section;
  }

  #resourceOf(resource: Resource): Envelope {
    const known = this.#resources.get(resource);
    if (known !== undefined) return known;
    let envelope: Envelope;
    try {
      envelope = encodeResource(resource, this.#options.resourceShape);
    } catch (error) {
      // A resource attribute's getter threw: spans without a resource are better than none.
      reportFault('encoding the resource', error);
      envelope = { head: new Uint8Array(0), tail: new Uint8Array(0) };
    }
    if (!resource.asyncAttributesPending) this.#resources.set(resource, envelope);
    return envelope;
  }
}

/** A getter of the user's values threw, or the span is over every limit: it is counted, the others go on. */
function whyNot(error: unknown): Exclude<Added, 'added'> {
  if (error instanceof TooLargeError) return 'too_large';
  reportFault('encoding a span', error);
  return 'unreadable';
}

/** Copies the sections, with their envelopes, into bytes of their own. */
function assemble(all: readonly Section[], resourceOf: (resource: Resource) => Envelope): Chunk {
  const filled = all.filter(section => section.spans > 0);
  const groups = [...new Set(filled.map(section => section.resource))].map(resource => {
    const envelope = resourceOf(resource);
    const sections = filled
      .filter(section => section.resource === resource)
      .map(section => ({
        section,
        size: section.head.head.length + section.writer.pos + section.head.tail.length,
      }));
    const scopes = sections.reduce((sum, { size }) => sum + 1 + varintSize(size) + size, 0);
    return { envelope, sections, size: envelope.head.length + scopes + envelope.tail.length };
  });
  const bytes = Buffer.allocUnsafeSlow(
    groups.reduce((sum, { size }) => sum + 1 + varintSize(size) + size, 0),
  );
  let at = 0;
  const put = (part: Uint8Array): void => {
    bytes.set(part, at);
    at += part.length;
  };
  const open = (tag: number, size: number): void => {
    bytes[at++] = tag;
    let rest = size;
    for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
    bytes[at++] = rest;
  };
  for (const { envelope, sections, size } of groups) {
    open(0x0a, size);
    put(envelope.head);
    for (const { section, size: scopeSize } of sections) {
      open(0x12, scopeSize);
      put(section.head.head);
      put(section.writer.bytes.subarray(0, section.writer.pos));
      put(section.head.tail);
    }
    put(envelope.tail);
  }
  return { bytes, spans: filled.reduce((sum, { spans }) => sum + spans, 0) };
}
