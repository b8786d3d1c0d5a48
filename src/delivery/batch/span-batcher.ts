// Encodes ended spans per resource and instrumentation scope, and closes a batch when it is full or old enough.
// A batch is one whole request body that never changes, so several destinations and the spool share its bytes.

import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { reportFault } from '../../core/guard.js';
import type { Timers } from '../../core/timers.js';
import { ByteWriter } from '../../protobuf/writer.js';
import type { KeepMark } from '../../spans/span-buffer.js';
import { encodeResource, encodeScope, type MessageEnvelope } from '../otlp/encode-envelope.js';
import { writeSpan } from '../otlp/encode-span.js';
import { copyEncodedSpan, type EncodedSpan, writeEncodedSpan } from '../otlp/encoded-span.js';
import { assembleRequest, type ScopeSection } from './assemble-request.js';
import { type EncodedBatch, MAX_SPAN_MIB } from './batch.js';
import type { SpanShape } from './span-shape.js';
import { explainUnencodable, type UnencodableReason } from './unencodable.js';

/** The result of adding a span. */
export type AddResult = 'added' | UnencodableReason;

/** The dependencies of a batcher. */
export interface SpanBatcherOptions {
  /** The size at which a batch is closed, in bytes: at most the size limit of a span. A single span may exceed it. */
  readonly maxBatchBytes: number;
  /** Milliseconds after which an open batch is closed. */
  readonly intervalMs: number;
  /** The resource of spans that carry none. */
  readonly resource: Resource;
  /** Adapts the attributes of each resource before they are encoded. */
  readonly resourceShape?: SpanShape['resource'];
  readonly timers: Timers;
  /** Receives each closed batch. */
  readonly onBatch: (batch: EncodedBatch) => void;
}

const MAX_SPAN_BYTES = MAX_SPAN_MIB * 1024 * 1024;
// A section holds at most one batch and the span that did not fit.
const MAX_BUFFER_BYTES = 2 * MAX_SPAN_BYTES;
// More sections at once mean that scopes are not reused. The batch is closed and the sections are discarded.
const MAX_SECTIONS = 64;
// The number of intervals for which a batch waits while resource attributes are being detected.
const MAX_DEFERRALS = 5;
const NO_ENVELOPE: MessageEnvelope = { head: new Uint8Array(0), tail: new Uint8Array(0) };

/** Encodes spans as they end, and passes on batches that are full or old. */
export class SpanBatcher {
  readonly #options: SpanBatcherOptions;
  readonly #resourceEnvelopes = new WeakMap<Resource, MessageEnvelope>();
  #sections: ScopeSection[] = [];
  #lastSection: ScopeSection | undefined;
  #bytes = 0;
  #cancelTimer: (() => void) | undefined;
  readonly #scratch = new ByteWriter(MAX_BUFFER_BYTES);
  #deferrals = 0;

  constructor(options: SpanBatcherOptions) {
    const maxBatchBytes = Math.min(options.maxBatchBytes, MAX_SPAN_BYTES);
    this.#options = { ...options, maxBatchBytes };
  }

  /** Whether the open batch has no span. */
  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** Encodes one span into the open batch. Never throws. */
  add(span: ReadableSpan): AddResult {
    let section: ScopeSection | undefined;
    let before = 0;
    try {
      section = this.#sectionOf(span.resource, span.instrumentationScope);
      before = section.writer.pos;
      writeSpan(section.writer, span);
    } catch (error) {
      if (section !== undefined) section.writer.pos = before;
      return explainUnencodable(error);
    }
    return this.#admit(section, before);
  }

  /** Encodes a span that is added later, or never. Never throws. */
  encode(span: ReadableSpan): EncodedSpan | UnencodableReason {
    const scratch = this.#scratch;
    scratch.reset();
    try {
      writeSpan(scratch, span);
      if (scratch.pos > MAX_SPAN_BYTES) return 'too_large';
      const { resource, instrumentationScope: scope } = span;
      return copyEncodedSpan(resource, scope, scratch);
    } catch (error) {
      return explainUnencodable(error);
    }
  }

  /** Adds an encoded span to the open batch. Never throws. */
  addEncoded(encoded: EncodedSpan, mark: KeepMark | undefined): AddResult {
    const section = this.#sectionOf(encoded.resource, encoded.scope);
    const before = section.writer.pos;
    try {
      const text = mark === undefined ? encoded.text : (encoded.textWhenMarked ?? encoded.text);
      writeEncodedSpan(section.writer, text, mark);
    } catch (error) {
      section.writer.pos = before;
      return explainUnencodable(error);
    }
    return this.#admit(section, before);
  }

  /** Closes the open batch, unless it is empty. */
  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#deferrals = 0;
    if (this.#bytes === 0) return;
    const batch = assembleRequest(this.#sections, resource => this.#envelopeOf(resource));
    for (const section of this.#sections) {
      section.writer.reset();
      section.spanCount = 0;
    }
    this.#bytes = 0;
    if (this.#sections.length > MAX_SECTIONS) {
      this.#sections = [];
      this.#lastSection = undefined;
    }
    this.#options.onBatch(batch);
  }

  /** Counts the bytes from `before` to the end of a section as one span of the batch, and closes a full batch. */
  #admit(section: ScopeSection, before: number): AddResult {
    const { maxBatchBytes, intervalMs, timers } = this.#options;
    const size = section.writer.pos - before;
    if (size > MAX_SPAN_BYTES) {
      section.writer.pos = before;
      return 'too_large';
    }
    if (this.#bytes > 0 && this.#bytes + size > maxBatchBytes) this.#closeBefore(section, before);
    section.spanCount++;
    this.#bytes += size;
    if (this.#bytes >= maxBatchBytes) this.close();
    else this.#cancelTimer ??= timers.after(intervalMs, () => this.#onInterval());
    return 'added';
  }

  /** Closes the batch without the last span, which becomes the first of the next batch. */
  #closeBefore(section: ScopeSection, at: number): void {
    const span = Buffer.from(section.writer.bytes.subarray(at, section.writer.pos));
    section.writer.pos = at;
    this.close();
    section.writer.raw(span);
    if (!this.#sections.includes(section)) this.#sections.push(section);
  }

  #onInterval(): void {
    const { intervalMs, timers } = this.#options;
    this.#cancelTimer = undefined;
    const isPending = this.#sections.some(({ resource }) => resource.asyncAttributesPending);
    if (isPending && this.#deferrals++ < MAX_DEFERRALS) {
      this.#cancelTimer = timers.after(intervalMs, () => this.#onInterval());
    } else {
      this.close();
    }
  }

  #sectionOf(given: Resource | undefined, scope: InstrumentationScope): ScopeSection {
    const resource = given ?? this.#options.resource;
    const last = this.#lastSection;
    if (last !== undefined && last.scope === scope && last.resource === resource) return last;
    let section = this.#sections.find(known => known.scope === scope && known.resource === resource);
    if (section === undefined) {
      if (this.#sections.length > MAX_SECTIONS) this.close();
      const envelope = encodeScope(scope);
      section = { resource, scope, envelope, writer: new ByteWriter(MAX_BUFFER_BYTES), spanCount: 0 };
      this.#sections.push(section);
    }
    this.#lastSection = section;
    return section;
  }

  #envelopeOf(resource: Resource): MessageEnvelope {
    const known = this.#resourceEnvelopes.get(resource);
    if (known !== undefined) return known;
    let envelope = NO_ENVELOPE;
    try {
      envelope = encodeResource(resource, this.#options.resourceShape);
    } catch (error) {
      // A getter among the resource attributes threw: the spans leave without a resource rather than not at all.
      reportFault('encoding the resource', error);
    }
    if (!resource.asyncAttributesPending) this.#resourceEnvelopes.set(resource, envelope);
    return envelope;
  }
}
