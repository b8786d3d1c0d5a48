// OpenTelemetry's member of the W3C tracestate.
//
//   ot=th:fd70a;rv:6e6d1a75832a2f;other:kept
//      |        |                 `- other fields are passed on unchanged
//      |        `- explicit randomness, 14 hex digits
//      `- sampling threshold, 1 to 14 hex digits
// https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/

import type { TraceState } from '@opentelemetry/api';
import { isRandomness, isThreshold, toProbability } from './threshold.js';

/** The parsed member. */
export interface OtMember {
  /** The threshold, if there is a valid one. */
  readonly threshold?: string;
  /** Explicit randomness, if there is a valid one. */
  readonly randomness?: string;
  /** The other fields, in their order. */
  readonly rest: readonly string[];
}

/** The key in tracestate. */
export const OT_KEY = 'ot';

// The limit of the specification. A longer value is ignored.
const MAX_LENGTH = 256;
// The limits of the whole list. OpenTelemetry ignores a tracestate of more than 512 characters.
const MAX_MEMBERS = 32;
const MAX_STATE_LENGTH = 512;
const FIELD = /^[a-z][a-z0-9]*:[0-9a-zA-Z._-]*$/;
const EMPTY: OtMember = { rest: [] };

/**
 * Parses the member. A value that violates the grammar is read as an empty one. An invalid `th` or `rv` is left out.
 *
 * @param value the result of `tracestate.get('ot')`
 */
export function parseOtMember(value: string | undefined): OtMember {
  if (value === undefined || value === '' || value.length > MAX_LENGTH) return EMPTY;
  const fields = value.split(';');
  if (!fields.every(field => FIELD.test(field))) return EMPTY;
  const valueOf = (key: string, isValid: (text: string) => boolean): string | undefined => {
    const found = fields.find(field => field.startsWith(key))?.slice(key.length);
    return found !== undefined && isValid(found) ? found : undefined;
  };
  const threshold = valueOf('th:', isThreshold);
  const randomness = valueOf('rv:', isRandomness);
  return {
    ...(threshold === undefined ? {} : { threshold }),
    ...(randomness === undefined ? {} : { randomness }),
    rest: fields.filter(field => !field.startsWith('th:') && !field.startsWith('rv:')),
  };
}

/** Formats the member as text. An empty member is an empty text. */
export function formatOtMember({ threshold, randomness, rest }: OtMember): string {
  const fields = [
    ...(threshold === undefined ? [] : [`th:${threshold}`]),
    ...(randomness === undefined ? [] : [`rv:${randomness}`]),
    ...rest,
  ];
  return fields.join(';');
}

/**
 * Reads the member of a tracestate. Never throws.
 *
 * @param traceState the tracestate of a parent or a span
 */
export function readOtMember(traceState: Pick<TraceState, 'get'> | undefined): OtMember {
  try {
    return parseOtMember(traceState?.get(OT_KEY));
  } catch {
    // A foreign implementation threw, so the sampling of the trace is unknown.
    return EMPTY;
  }
}

/**
 * Returns a tracestate with this member at its front. If it would exceed the limits of W3C, the last members are removed,
 * which are the oldest.
 *
 * @param state the tracestate
 * @param member the new member; an empty one is removed
 * @see https://www.w3.org/TR/trace-context-2/#tracestate-limits
 */
export function setOtMember(state: TraceState, member: OtMember): TraceState {
  const text = formatOtMember(member);
  if (text === formatOtMember(readOtMember(state))) return state;
  try {
    return text === '' ? state.unset(OT_KEY) : shorten(state.set(OT_KEY, text));
  } catch {
    // A foreign implementation threw. The tracestate is passed on unchanged.
    return state;
  }
}

function shorten(state: TraceState): TraceState {
  let next = state;
  let members = next.serialize().split(',');
  while (members.length > MAX_MEMBERS || members.join(',').length > MAX_STATE_LENGTH) {
    next = next.unset(members.pop()?.split('=', 1)[0] ?? '');
  }
  return next;
}

/**
 * Returns the number of spans that a kept span represents: 1 divided by the probability with which it was kept.
 *
 * @param traceState the tracestate of the span context
 * @returns 1 or more; undefined if the tracestate has no threshold
 * @example
 * adjustedCount(span.spanContext().traceState); // 100 with ot=th:fd70a
 */
export function adjustedCount(traceState: Pick<TraceState, 'get'> | undefined): number | undefined {
  const { threshold } = readOtMember(traceState);
  return threshold === undefined ? undefined : 1 / toProbability(threshold);
}
