// The span that records. An OpenTelemetry `Span` to who makes it, a `ReadableSpan` to processors and exporters.
//
// One object: lists, attributes and status appear on first use, times are four small integers until somebody reads
// them, and what belongs to the provider is reached through the tracer. Kept after its end it needs about half the
// memory of OpenTelemetry's own.

import {
  type Attributes,
  type AttributeValue,
  diag,
  type Exception,
  type HrTime,
  type Link,
  type Span as ApiSpan,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-base';
import { type DetachableSpan, type LightContext } from '../context/index.js';
import { safeText } from '../core/diagnostics.js';
import type { SpanSnapshot, SnapshotSource } from '../spans/span-snapshot.js';
import { durationBetween, convertedTime, convertStart } from './trace-clock.js';
import type { OwningTracer } from './tracer-shared-state.js';
import { readExceptionAttributes } from './record-exception.js';
import type { FaultReporter } from './fault-reporter.js';
import { sanitizeEvent, sanitizeLink, sanitizeName, sanitizeStatus, copyLinks } from './sanitize.js';
import { appendWithinLimit, sanitizeValue, setSanitizedValue, logDroppedItems } from './span-limits.js';
import type { LocalTrace } from './local-trace.js';
import { NonRecordingSpan } from './non-recording-span.js';
import { isTimeInput, parseTimeInput, resolveTime } from './time-input.js';

const OPEN = 0;
const ENDING = 1;
const ENDED = 2;

/**
 * A span that records.
 *
 * @see {@link https://opentelemetry.io/docs/specs/otel/trace/api/#span}
 * @see {@link https://opentelemetry.io/docs/specs/otel/trace/sdk/#additional-span-interfaces}
 */
export class Span implements ApiSpan, ReadableSpan, SnapshotSource, DetachableSpan, Disposable {
  name: string;
  kind: SpanKind;
  readonly parentSpanContext?: SpanContext;
  readonly #owner: OwningTracer;
  readonly #context: SpanContext;
  readonly #trace: LocalTrace;
  #state: typeof OPEN | typeof ENDING | typeof ENDED = OPEN;
  #startS: number;
  #startNs: number;
  #endS = 0;
  #endNs = 0;
  #attributeCount = 0;
  #attributes: Attributes | undefined = undefined;
  #events: TimedEvent[] | undefined = undefined;
  #links: Link[] | undefined = undefined;
  #status: SpanStatus | undefined = undefined;
  #droppedAttributes = 0;
  #droppedEvents = 0;
  #droppedLinks = 0;
  /** The context this span is active in, to leave it at the end. */
  #activeIn: LightContext | undefined = undefined;

  /** Starts at `startTime` where that is a time, else at the monotonic clock's `monotonicMs`. */
  constructor(
    owner: OwningTracer,
    name: string,
    kind: SpanKind,
    context: SpanContext,
    parentSpanContext: SpanContext | undefined,
    trace: LocalTrace,
    monotonicMs: number,
    startTime: TimeInput | undefined,
  ) {
    this.name = name;
    this.kind = kind;
    if (parentSpanContext !== undefined) this.parentSpanContext = parentSpanContext;
    this.#owner = owner;
    this.#context = context;
    this.#trace = trace;
    if (startTime === undefined || !parseTimeInput(startTime, owner.shared.clock, trace))
      convertStart(trace, monotonicMs);
    this.#startS = convertedTime.seconds;
    this.#startNs = convertedTime.nanos;
  }

  spanContext(): SpanContext {
    return this.#context;
  }

  isRecording(): boolean {
    return this.#state !== ENDED;
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (this.#state === ENDED) return this.#late('setAttribute');
    this.#put(key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (this.#state === ENDED) return this.#late('setAttributes');
    if (typeof attributes !== 'object' || attributes === null) return this;
    let key = '';
    try {
      for (key in attributes) if (Object.hasOwn(attributes, key)) this.#put(key, attributes[key]);
    } catch {
      // A getter or a proxy of the user threw: this attribute and those behind it are lost, the span is not.
      this.#owner.shared.faults.reportDroppedAttribute(key);
    }
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.#state === ENDED) return this.#late('addEvent');
    if (!isTimeInput(attributesOrTime)) this.#addEvent(name, attributesOrTime, time);
    else this.#addEvent(name, undefined, isTimeInput(time) ? time : attributesOrTime);
    return this;
  }

  addLink(link: Link): this {
    if (this.#state === ENDED) return this.#late('addLink');
    const { limits, faults } = this.#owner.shared;
    const kept = sanitizeLink(link, limits, faults);
    if (kept === undefined) return this;
    const dropped = appendWithinLimit(this.links, kept, limits.linkCountLimit);
    if (dropped && this.#droppedLinks++ === 0) diag.debug('Dropping extra links.');
    return this;
  }

  addLinks(links: Link[]): this {
    if (this.#state === ENDED) return this.#late('addLinks');
    for (const link of copyLinks(links)) this.addLink(link);
    return this;
  }

  /** A status once OK stays; ERROR is only replaced by OK or another ERROR; UNSET changes nothing. */
  setStatus(status: SpanStatus): this {
    if (this.#state === ENDED) return this.#late('setStatus');
    const next = sanitizeStatus(status);
    if (next !== undefined && this.#status?.code !== SpanStatusCode.OK) this.#status = next;
    return this;
  }

  updateName(name: string): this {
    if (this.#state === ENDED) return this.#late('updateName');
    this.name = sanitizeName(name);
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    if (this.#state === ENDED) return void this.#late('recordException');
    const attributes = readExceptionAttributes(exception);
    if (attributes !== undefined) this.#addEvent('exception', attributes, time);
  }

  end(endTime?: TimeInput): void {
    if (this.#state === ENDED) return void this.#late('end');
    if (this.#state !== OPEN) return;
    this.#state = ENDING;
    const { shared } = this.#owner;
    resolveTime(endTime, shared, this.#trace);
    this.#endS = convertedTime.seconds;
    this.#endNs = convertedTime.nanos;
    if (this.#endS < this.#startS || (this.#endS === this.#startS && this.#endNs < this.#startNs)) {
      const fact = `span '${this.name}' ended before it started; it lasts 0 ns`;
      shared.faults.reportDebugOnce('negative-duration', fact);
      this.#endS = this.#startS;
      this.#endNs = this.#startNs;
    }
    logDroppedItems(this.#droppedEvents, this.#droppedLinks);
    shared.processors.onEnding(this);
    this.#state = ENDED;
    this.#leave(shared.faults);
    shared.metrics?.countEnded(this.#context);
    shared.processors.onEnd(this);
  }

  [Symbol.dispose](): void {
    if (this.#state === OPEN) this.end();
  }

  /** Told by `withSpan`: the context to leave when the span ends. */
  setActiveContext(context: LightContext): void {
    if (this.#state !== ENDED) this.#activeIn = context;
  }

  /** The first span of this process in the trace; once that has ended, one that records nothing with its ids. */
  get localRoot(): ApiSpan {
    const ended = this.#trace.endedLocalRoot;
    return ended === undefined ? (this.#trace.localRoot ?? this) : NonRecordingSpan.wrap(ended);
  }

  /** The clock of the trace, for the spans below this one. */
  get localTrace(): LocalTrace {
    return this.#trace;
  }

  // What ReadableSpan asks for.
  get ended(): boolean {
    return this.#state === ENDED;
  }
  get startTime(): HrTime {
    return [this.#startS, this.#startNs];
  }
  get endTime(): HrTime {
    return [this.#endS, this.#endNs];
  }
  get duration(): HrTime {
    if (this.#state === OPEN) return [-1, -1];
    return durationBetween(this.#startS, this.#startNs, this.#endS, this.#endNs);
  }
  get attributes(): Attributes {
    this.#attributes ??= {};
    return this.#attributes;
  }
  get events(): TimedEvent[] {
    this.#events ??= [];
    return this.#events;
  }
  get links(): Link[] {
    this.#links ??= [];
    return this.#links;
  }
  get status(): SpanStatus {
    this.#status ??= { code: SpanStatusCode.UNSET };
    return this.#status;
  }
  get resource(): Resource {
    return this.#owner.shared.resource;
  }
  get instrumentationScope(): InstrumentationScope {
    return this.#owner.instrumentationScope;
  }
  tellBare(into: SpanSnapshot): unknown {
    if (!(#state in this)) return undefined;
    into.startS = this.#startS;
    into.startNs = this.#startNs;
    into.endS = this.#endS;
    into.endNs = this.#endNs;
    into.hasEvents = this.#events !== undefined || this.#droppedEvents > 0;
    into.hasLinks = this.#links !== undefined || this.#droppedLinks > 0;
    into.hasStatus = this.#status !== undefined;
    return this;
  }
  get droppedAttributesCount(): number {
    return this.#droppedAttributes;
  }
  get droppedEventsCount(): number {
    return this.#droppedEvents;
  }
  get droppedLinksCount(): number {
    return this.#droppedLinks;
  }

  #put(key: string, value: unknown): void {
    const { limits, faults } = this.#owner.shared;
    if (value === undefined || value === null) return;
    const kept =
      typeof key === 'string' && key !== '' ? sanitizeValue(value, limits.attributeValueLengthLimit) : undefined;
    if (kept === undefined) return faults.reportDroppedAttribute(safeText(key));
    const attributes = this.attributes;
    const replaces = Object.hasOwn(attributes, key);
    if (!replaces && this.#attributeCount >= limits.attributeCountLimit)
      return void this.#droppedAttributes++;
    if (!replaces) this.#attributeCount++;
    setSanitizedValue(attributes, key, value, kept, replaces);
  }

  #addEvent(name: string, attributes: unknown, time: unknown): void {
    const { shared } = this.#owner;
    resolveTime(time, shared, this.#trace);
    const event = sanitizeEvent(name, attributes, [convertedTime.seconds, convertedTime.nanos], shared);
    // A list of one is made for one: an empty list grows to seventeen places with the first push.
    if (this.#events === undefined && shared.limits.eventCountLimit > 0) this.#events = [event];
    else {
      const dropped = appendWithinLimit(this.events, event, shared.limits.eventCountLimit);
      if (dropped && this.#droppedEvents++ === 0) diag.debug('Dropping extra events.');
    }
  }

  /** Leaves contexts and trace, so that neither keeps the ended span alive; its ids stay there in its place. */
  #leave(faults: FaultReporter): void {
    this.#trace.releaseLocalRoot(this, this.#context);
    if (this.#activeIn === undefined) return;
    this.#activeIn.replaceSpan(this, NonRecordingSpan.ended(this.#context, this.#trace, faults));
    this.#activeIn = undefined;
  }

  #late(method: string): this {
    this.#owner.shared.faults.reportLateCall(method, this.name);
    return this;
  }
}
