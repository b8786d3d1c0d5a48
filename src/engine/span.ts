// The recording span: an OpenTelemetry `Span` for the application, a `ReadableSpan` for processors and exporters.
//
// It is one object. Lists, attributes and status are created on first use, times are four small integers until they are
// read, and the state of the provider is reached through the tracer. After its end it takes about half the memory of
// OpenTelemetry's own span.

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
import type { FaultReporter } from './fault-reporter.js';
import type { LocalTrace } from './local-trace.js';
import { NonRecordingSpan } from './non-recording-span.js';
import { readExceptionAttributes } from './record-exception.js';
import { copyLinks, sanitizeEvent, sanitizeLink, sanitizeName, sanitizeStatus } from './sanitize.js';
import { appendWithinLimit, logDroppedItems, sanitizeValue, setSanitizedValue } from './span-limits.js';
import { isTimeInput, parseTimeInput, resolveTime } from './time-input.js';
import { convertedTime, convertStart, computeDuration } from './trace-clock.js';
import type { OwningTracer } from './tracer-shared-state.js';

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
  readonly #tracer: OwningTracer;
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
  /** The context in which this span is active. The span is replaced in it at the end. */
  #activeIn: LightContext | undefined = undefined;

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
    this.#tracer = tracer;
    this.#context = context;
    this.#trace = trace;
    if (startTime === undefined || !parseTimeInput(startTime, tracer.shared.clock, trace))
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
    if (this.#state === ENDED) return this.#reportLateCall('setAttribute');
    this.#setAttribute(key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (this.#state === ENDED) return this.#reportLateCall('setAttributes');
    if (typeof attributes !== 'object' || attributes === null) return this;
    let key = '';
    try {
      for (key in attributes) if (Object.hasOwn(attributes, key)) this.#setAttribute(key, attributes[key]);
    } catch {
      // A getter or a proxy of the application threw. This attribute and the following ones are lost, the span is not.
      this.#tracer.shared.faults.reportDroppedAttribute(key);
    }
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.#state === ENDED) return this.#reportLateCall('addEvent');
    if (!isTimeInput(attributesOrTime)) this.#addEvent(name, attributesOrTime, time);
    else this.#addEvent(name, undefined, isTimeInput(time) ? time : attributesOrTime);
    return this;
  }

  addLink(link: Link): this {
    if (this.#state === ENDED) return this.#reportLateCall('addLink');
    const { limits, faults } = this.#tracer.shared;
    const sanitized = sanitizeLink(link, limits, faults);
    if (sanitized === undefined) return this;
    const isDropped = appendWithinLimit(this.links, sanitized, limits.linkCountLimit);
    if (isDropped && this.#droppedLinks++ === 0) diag.debug('Dropping extra links.');
    return this;
  }

  addLinks(links: Link[]): this {
    if (this.#state === ENDED) return this.#reportLateCall('addLinks');
    for (const link of copyLinks(links)) this.addLink(link);
    return this;
  }

  /** The status OK is final. OK or another ERROR replaces ERROR. UNSET changes nothing. */
  setStatus(status: SpanStatus): this {
    if (this.#state === ENDED) return this.#reportLateCall('setStatus');
    const next = sanitizeStatus(status);
    if (next !== undefined && this.#status?.code !== SpanStatusCode.OK) this.#status = next;
    return this;
  }

  updateName(name: string): this {
    if (this.#state === ENDED) return this.#reportLateCall('updateName');
    this.name = sanitizeName(name);
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    if (this.#state === ENDED) return void this.#reportLateCall('recordException');
    const attributes = readExceptionAttributes(exception);
    if (attributes !== undefined) this.#addEvent('exception', attributes, time);
  }

  end(endTime?: TimeInput): void {
    if (this.#state === ENDED) return void this.#reportLateCall('end');
    if (this.#state !== OPEN) return;
    this.#state = ENDING;
    const { shared } = this.#tracer;
    resolveTime(endTime, shared, this.#trace);
    this.#endS = convertedTime.seconds;
    this.#endNs = convertedTime.nanos;
    if (this.#endS < this.#startS || (this.#endS === this.#startS && this.#endNs < this.#startNs)) {
      shared.faults.reportNegativeDuration(this.name);
      this.#endS = this.#startS;
      this.#endNs = this.#startNs;
    }
    logDroppedItems(this.#droppedEvents, this.#droppedLinks);
    shared.processors.onEnding(this);
    this.#state = ENDED;
    this.#detach(shared.faults);
    shared.metrics?.countEnded(this.#context);
    shared.processors.onEnd(this);
  }

  [Symbol.dispose](): void {
    if (this.#state === OPEN) this.end();
  }

  setActiveContext(context: LightContext): void {
    if (this.#state !== ENDED) this.#activeIn = context;
  }

  /** The first span of this process in the trace. After its end, a span that records nothing has its ids. */
  get localRoot(): ApiSpan {
    const ended = this.#trace.endedLocalRoot;
    return ended === undefined ? (this.#trace.localRoot ?? this) : NonRecordingSpan.wrap(ended);
  }

  /** The part of the trace in this process, for the spans below this one. */
  get localTrace(): LocalTrace {
    return this.#trace;
  }

  // The fields of ReadableSpan.
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
    return computeDuration(this.#startS, this.#startNs, this.#endS, this.#endNs);
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
    return this.#tracer.shared.resource;
  }
  get instrumentationScope(): InstrumentationScope {
    return this.#tracer.instrumentationScope;
  }
  writeSnapshot(into: SpanSnapshot): unknown {
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

  #setAttribute(key: string, value: unknown): void {
    const { limits, faults } = this.#tracer.shared;
    if (value === undefined || value === null) return;
    const sanitized =
      typeof key === 'string' && key !== ''
        ? sanitizeValue(value, limits.attributeValueLengthLimit)
        : undefined;
    if (sanitized === undefined) return faults.reportDroppedAttribute(safeText(key));
    const attributes = this.attributes;
    const replaces = Object.hasOwn(attributes, key);
    if (!replaces && this.#attributeCount >= limits.attributeCountLimit)
      return void this.#droppedAttributes++;
    if (!replaces) this.#attributeCount++;
    setSanitizedValue(attributes, key, value, sanitized, replaces);
  }

  #addEvent(name: string, attributes: unknown, time: unknown): void {
    const { shared } = this.#tracer;
    resolveTime(time, shared, this.#trace);
    const event = sanitizeEvent(name, attributes, [convertedTime.seconds, convertedTime.nanos], shared);
    // An array of one element, because an empty array grows to seventeen slots with the first push.
    if (this.#events === undefined && shared.limits.eventCountLimit > 0) this.#events = [event];
    else {
      const isDropped = appendWithinLimit(this.events, event, shared.limits.eventCountLimit);
      if (isDropped && this.#droppedEvents++ === 0) diag.debug('Dropping extra events.');
    }
  }

  /** Removes the ended span from its context and its trace, so that neither keeps it alive. Its ids remain there. */
  #detach(faults: FaultReporter): void {
    this.#trace.onSpanEnd(this, this.#context);
    if (this.#activeIn === undefined) return;
    this.#activeIn.replaceSpan(this, NonRecordingSpan.ended(this.#context, this.#trace, faults));
    this.#activeIn = undefined;
  }

  #reportLateCall(method: string): this {
    this.#tracer.shared.faults.reportLateCall(method, this.name);
    return this;
  }
}
