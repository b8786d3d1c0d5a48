// The functions of the facade that read or change the active span. Without an active span they do nothing.

import { type Attributes, INVALID_TRACEID, type Span, trace as apiTrace } from '@opentelemetry/api';
import { globalState } from '../core/global-state.js';
import { guarded } from '../core/guard.js';
import { normaliseAttributes } from '../spans/attributes.js';
import { isSampled } from '../spans/trace-flags.js';
import { getActiveTracer } from './active-tracer.js';
import { getForeignLocalRoot } from './foreign-local-root.js';
import { readTime } from './read-input.js';
import { recordReportedError } from './record-failure.js';
import {
  isObject,
  readName,
  reportArgument,
  reportDroppedAttribute,
  reportUnknownOptions,
} from './report-input.js';
import { readAttributesOf, setSpanAttribute, setSpanAttributes } from './set-attributes.js';
import type {
  ActiveIds,
  AttributeInput,
  AttributesInput,
  RecordErrorOptions,
  TimeInput,
  TraceIds,
} from './types.js';

/** Implements {@link TraceApi.getActiveSpan}. */
export function getActiveSpan(): Span | undefined {
  const tracer = getActiveTracer();
  return tracer === undefined ? undefined : apiTrace.getSpan(tracer.contextManager.active());
}

/** Implements {@link TraceApi.getRootSpan}. */
export function getRootSpan(): Span | undefined {
  const tracer = getActiveTracer();
  const activeSpan = tracer && apiTrace.getSpan(tracer.contextManager.active());
  if (tracer === undefined || activeSpan === undefined) return undefined;
  return (
    globalState.lifecycle?.getLocalRoot(activeSpan) ??
    getForeignLocalRoot(tracer.contextManager.active(), activeSpan)
  );
}

/** Implements {@link TraceApi.setAttribute}. */
export function setAttribute(key: string, value: AttributeInput): void {
  const span = getActiveSpan();
  if (span === undefined) return;
  if (typeof key !== 'string' || key === '') reportArgument('trace.setAttribute', 'a key', key);
  else setSpanAttribute(span, key, value);
}

/** Implements {@link TraceApi.setAttributes}. */
export function setAttributes(attributes: AttributesInput): void {
  const span = getActiveSpan();
  if (span !== undefined) setSpanAttributes(span, attributes, 'trace.setAttributes');
}

/** Implements {@link TraceApi.addEvent}. */
export function addEvent(name: string, attributes?: AttributesInput, time?: TimeInput): void {
  const span = getActiveSpan();
  if (span === undefined) return;
  const given = normalise(readAttributesOf(attributes, 'trace.addEvent'));
  const at = time === undefined || time === null ? undefined : readTime(time);
  if (at === undefined && time !== undefined && time !== null) {
    reportArgument('trace.addEvent', 'a date, a number or [seconds, nanoseconds]', time);
  }
  const eventName = readName(name, 'trace.addEvent');
  guarded('adding an event', () => void span.addEvent(eventName, given, at), undefined);
}

/** Implements {@link TraceApi.recordError}. */
export function recordError(error: unknown, options?: RecordErrorOptions): void {
  const span = getActiveSpan();
  if (span === undefined) return;
  const { attributes, handled } = guarded(
    'the options of trace.recordError',
    (): RecordErrorOptions => ({ attributes: options?.attributes, handled: options?.handled }),
    {},
  );
  if (options !== undefined && options !== null) checkErrorOptions(options);
  if (handled !== undefined && typeof handled !== 'boolean') {
    reportArgument('trace.recordError', 'true or false as the option handled', handled);
  }
  const given = normalise(readAttributesOf(attributes, 'trace.recordError'));
  recordReportedError(span, error, given, handled === true);
}

function checkErrorOptions(options: unknown): void {
  if (!isObject(options)) return reportArgument('trace.recordError', 'an object with options', options);
  reportUnknownOptions('trace.recordError', options, ['attributes', 'handled']);
}

/** Implements {@link TraceApi.ids}. */
export function ids(): ActiveIds | undefined {
  const span = getActiveSpan();
  if (span === undefined) return undefined;
  const { traceId, spanId, traceFlags } = span.spanContext();
  // Inside `trace.suppress` the active span has no ids, and zeros in a log refer to nothing.
  if (traceId === INVALID_TRACEID) return undefined;
  return { traceId, spanId, sampled: isSampled({ traceFlags }) };
}

/** Implements {@link TraceApi.url}. */
export function url(given?: TraceIds): string | undefined {
  const traceIds = given === undefined || given === null ? ids() : readIds(given);
  return traceIds && globalState.lifecycle?.url(traceIds);
}

/** The ids of another trace, which may come from a request. Undefined if they are invalid, because they become part of a URL. */
function readIds(given: unknown): TraceIds | undefined {
  const { traceId, spanId } = guarded(
    'the ids of trace.url',
    () => ({ traceId: (given as Partial<TraceIds>).traceId, spanId: (given as Partial<TraceIds>).spanId }),
    { traceId: undefined, spanId: undefined },
  );
  const isValid =
    typeof traceId === 'string' &&
    /^[0-9a-f]{32}$/.test(traceId) &&
    (spanId === undefined || (typeof spanId === 'string' && /^[0-9a-f]{16}$/.test(spanId)));
  // A span that records nothing may have no ids, which is no mistake.
  if (isValid) return traceId === INVALID_TRACEID ? undefined : { traceId, spanId };
  reportArgument('trace.url', 'ids of a trace, as trace.ids() returns them', given);
  return undefined;
}

function normalise(attributes: object | undefined): Attributes | undefined {
  return attributes && normaliseAttributes(attributes, reportDroppedAttribute);
}
