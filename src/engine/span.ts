// The recording span: an OpenTelemetry `Span` for the application, a `ReadableSpan` for processors and exporters.
//
// It is one object, without private fields of the language, so that a proxy or a derived object works as well. Lists,
// attributes and status are created on first use, times are four small integers until they are read, and the state of the
// provider is reached through the tracer. After its end it takes about half the memory of OpenTelemetry's own span.

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
import type { DetachableSpan, LightContext } from '../context/index.js';
import { safeText } from '../core/diagnostics.js';
import type { SnapshotSource, SpanSnapshot } from '../spans/span-snapshot.js';
import { defineDescription, describeSpan } from './describe-span.js';
import type { FaultReporter } from './fault-reporter.js';
import type { LocalTrace } from './local-trace.js';
import { NonRecordingSpan } from './non-recording-span.js';
import { readExceptionAttributes } from './record-exception.js';
import { copyLinks, sanitizeEvent, sanitizeLink, sanitizeName, sanitizeStatus } from './sanitize.js';
import {
  appendWithinLimit,
  forEachAttribute,
  isKey,
  logDroppedItems,
  sanitizeValue,
  setSanitizedValue,
} from './span-limits.js';
import { isTimeInput, parseTimeInput, resolveTime } from './time-input.js';
import { convertedTime, convertStart, computeDuration } from './trace-clock.js';
import type { OwningTracer } from './tracer-shared-state.js';

const OPEN = 0;
const ENDING = 1;
const ENDED = 2;

/**
 * A span that records.
 *
 * @see {@link https://opentelemetry.io/docs/specs/otel/trace/sdk/#additional-span-interfaces}
 */
export class Span implements ApiSpan, ReadableSpan, SnapshotSource, DetachableSpan, Disposable {
  static {
    defineDescription(this, span => describeSpan(span._tracer.shared.redact(span)));
  }

  name: string;
  kind: SpanKind;
  readonly parentSpanContext?: SpanContext;
  private readonly _tracer: OwningTracer;
  private _context: SpanContext;
  private readonly _trace: LocalTrace;
  readonly #own = true; // oxlint-disable-line no-unused-private-class-members -- not in a proxy or a derived object
  private _state: typeof OPEN | typeof ENDING | typeof ENDED = OPEN;
  private _startS: number;
  private _startNs: number;
  private _endS = 0;
  private _endNs = 0;
  private _attributeCount = 0;
  private _attributes: Attributes | undefined = undefined;
  private _events: TimedEvent[] | undefined = undefined;
  private _links: Link[] | undefined = undefined;
  private _status: SpanStatus | undefined = undefined;
  private _droppedAttributes = 0;
  private _droppedEvents = 0;
  private _droppedLinks = 0;
  /** The context in which this span is active. The span is replaced in it at the end. */
  private _activeIn: LightContext | undefined = undefined;

  /** The span starts at `startTime` if that is a valid time, or else at the reading `monotonicMs` of the monotonic clock. */
  constructor(
    tracer: OwningTracer,
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
    this._tracer = tracer;
    this._context = context;
    this._trace = trace;
    if (startTime === undefined || !parseTimeInput(startTime, tracer.shared.clock, trace))
      convertStart(trace, monotonicMs);
    this._startS = convertedTime.seconds;
    this._startNs = convertedTime.nanos;
  }

  spanContext(): SpanContext {
    return this._context;
  }

  isRecording(): boolean {
    return this._state !== ENDED;
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (this._state === ENDED) return this._reportLateCall('setAttribute');
    this._setAttribute(key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (this._state === ENDED) return this._reportLateCall('setAttributes');
    forEachAttribute(attributes, this._tracer.shared.faults, (key, value) => this._setAttribute(key, value));
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this._state === ENDED) return this._reportLateCall('addEvent');
    if (!isTimeInput(attributesOrTime)) this._addEvent(name, attributesOrTime, time);
    else this._addEvent(name, undefined, isTimeInput(time) ? time : attributesOrTime);
    return this;
  }

  addLink(link: Link): this {
    if (this._state === ENDED) return this._reportLateCall('addLink');
    const { limits, faults } = this._tracer.shared;
    const sanitized = sanitizeLink(link, limits, faults);
    if (sanitized === undefined) return this;
    const isDropped = appendWithinLimit(this.links, sanitized, limits.linkCountLimit);
    if (isDropped && this._droppedLinks++ === 0) diag.debug('Dropping extra links.');
    return this;
  }

  addLinks(links: Link[]): this {
    if (this._state === ENDED) return this._reportLateCall('addLinks');
    for (const link of copyLinks(links)) this.addLink(link);
    return this;
  }

  /** The status OK is final. OK or another ERROR replaces ERROR. UNSET changes nothing. */
  setStatus(status: SpanStatus): this {
    if (this._state === ENDED) return this._reportLateCall('setStatus');
    const next = sanitizeStatus(status);
    if (next !== undefined && this._status?.code !== SpanStatusCode.OK) this._status = next;
    return this;
  }

  updateName(name: string): this {
    if (this._state === ENDED) return this._reportLateCall('updateName');
    this.name = sanitizeName(name);
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    if (this._state === ENDED) return void this._reportLateCall('recordException');
    const attributes = readExceptionAttributes(exception);
    if (attributes !== undefined) this._addEvent('exception', attributes, time);
  }

  end(endTime?: TimeInput): void {
    if (this._state !== OPEN) return this._state === ENDED ? void this._reportLateCall('end') : undefined;
    this._state = ENDING;
    const { shared } = this._tracer;
    resolveTime(endTime, shared, this._trace);
    this._endS = convertedTime.seconds;
    this._endNs = convertedTime.nanos;
    if (this._endS < this._startS || (this._endS === this._startS && this._endNs < this._startNs)) {
      shared.faults.reportNegativeDuration(this.name);
      this._endS = this._startS;
      this._endNs = this._startNs;
    }
    logDroppedItems(this._droppedEvents, this._droppedLinks);
    shared.processors.onEnding(this);
    this._state = ENDED;
    this._detach(shared.faults);
    shared.metrics?.countEnded(this._context);
    shared.processors.onEnd(this);
  }

  [Symbol.dispose](): void {
    if (this._state === OPEN) this.end();
  }

  setActiveContext(context: LightContext): void {
    if (this._state !== ENDED) this._activeIn = context;
  }

  /** The first span of this process in the trace. After its end, a span that records nothing has its ids. */
  get localRoot(): ApiSpan {
    const ended = this._trace.endedLocalRoot;
    return ended === undefined ? (this._trace.localRoot ?? this) : NonRecordingSpan.wrap(ended);
  }

  /** The part of the trace in this process, for the spans below this one. */
  get localTrace(): LocalTrace {
    return this._trace;
  }

  get ended(): boolean {
    return this._state === ENDED;
  }
  get startTime(): HrTime {
    return [this._startS, this._startNs];
  }
  get endTime(): HrTime {
    return [this._endS, this._endNs];
  }
  get duration(): HrTime {
    if (this._state === OPEN) return [-1, -1];
    return computeDuration(this._startS, this._startNs, this._endS, this._endNs);
  }
  get attributes(): Attributes {
    this._attributes ??= {};
    return this._attributes;
  }
  get events(): TimedEvent[] {
    this._events ??= [];
    return this._events;
  }
  get links(): Link[] {
    this._links ??= [];
    return this._links;
  }
  get status(): SpanStatus {
    this._status ??= { code: SpanStatusCode.UNSET };
    return this._status;
  }
  get resource(): Resource {
    return this._tracer.shared.resource;
  }
  get instrumentationScope(): InstrumentationScope {
    return this._tracer.instrumentationScope;
  }
  writeSnapshot(into: SpanSnapshot): unknown {
    // A proxy and a derived object may have other fields.
    if (!(#own in this)) return undefined;
    into.startS = this._startS;
    into.startNs = this._startNs;
    into.endS = this._endS;
    into.endNs = this._endNs;
    into.hasEvents = this._events !== undefined || this._droppedEvents > 0;
    into.hasLinks = this._links !== undefined || this._droppedLinks > 0;
    into.hasStatus = this._status !== undefined;
    return this;
  }
  get droppedAttributesCount(): number {
    return this._droppedAttributes;
  }
  get droppedEventsCount(): number {
    return this._droppedEvents;
  }
  get droppedLinksCount(): number {
    return this._droppedLinks;
  }

  private _setAttribute(key: string, value: unknown): void {
    const { limits, faults } = this._tracer.shared;
    if (value === undefined || value === null) return;
    const sanitized = isKey(key) ? sanitizeValue(value, limits.attributeValueLengthLimit) : undefined;
    if (sanitized === undefined) return faults.reportDroppedAttribute(safeText(key));
    const attributes = this.attributes;
    const replaces = Object.hasOwn(attributes, key);
    const isFull = this._attributeCount >= limits.attributeCountLimit;
    if (!replaces && isFull) return void this._droppedAttributes++;
    if (!replaces) this._attributeCount++;
    setSanitizedValue(attributes, key, value, sanitized, replaces);
  }

  private _addEvent(name: string, attributes: unknown, time: unknown): void {
    const { shared } = this._tracer;
    resolveTime(time, shared, this._trace);
    const event = sanitizeEvent(name, attributes, [convertedTime.seconds, convertedTime.nanos], shared);
    // An array of one element, because an empty array grows to seventeen slots with the first push.
    if (this._events === undefined && shared.limits.eventCountLimit > 0) this._events = [event];
    else {
      const isDropped = appendWithinLimit(this.events, event, shared.limits.eventCountLimit);
      if (isDropped && this._droppedEvents++ === 0) diag.debug('Dropping extra events.');
    }
  }

  /** Removes the ended span, but not its ids, from its context and its trace, so that neither keeps it alive. */
  private _detach(faults: FaultReporter): void {
    this._trace.onSpanEnd(this, this._context);
    this._activeIn?.replaceSpan(this, NonRecordingSpan.ended(this._context, this._trace, faults));
    this._activeIn = undefined;
  }

  private _reportLateCall(method: string): this {
    this._tracer.shared.faults.reportLateCall(method, this.name);
    return this;
  }
}
