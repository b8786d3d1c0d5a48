// OpenTelemetry's member of the W3C tracestate.
//
//   ot=th:fd70a;rv:6e6d1a75832a2f;other:kept
//      |        |                 `- anything else is passed on as it came
//      |        `- explicit randomness, 14 hex digits
//      `- sampling threshold, 1 to 14 hex digits
// https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/

import type { TraceState } from '@opentelemetry/api';
import { isRandomness, isThreshold, probabilityOf } from './threshold.js';

/** The member, taken apart. */
export interface OtMember {
  /** The threshold, where there is a valid one. */
  readonly threshold?: string;
  /** Explicit randomness, where there is a valid one. */
  readonly randomness?: string;
  /** Everything else, in the order it came. */
  readonly rest: readonly string[];
}

/** The key in tracestate. */
export const OT_KEY = 'ot';

// The limit of the specification; what is longer is none.
const MAX_LENGTH = 256;
// Of the whole list. What is longer than 512 characters, the next OpenTelemetry service does not read at all.
const MAX_MEMBERS = 32;
const MAX_STATE_LENGTH = 512;
const FIELD = /^[a-z][a-z0-9]*:[0-9a-zA-Z._-]*$/;
const NOTHING: OtMember = { rest: [] };

/**
 * Reads the member; a value against the grammar reads as nothing, an invalid `th` or `rv` as if it were not there.
 *
 * @param value what `tracestate.get('ot')` answered
 */
export function parseOt(value: string | undefined): OtMember {
  if (value === undefined || value === '' || value.length > MAX_LENGTH) return NOTHING;
  const fields = value.split(';');
  if (!fields.every(field => FIELD.test(field))) return NOTHING;
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

/** The member as text; empty where there is nothing in it. */
export function formatOt({ threshold, randomness, rest }: OtMember): string {
  const fields = [
    ...(threshold === undefined ? [] : [`th:${threshold}`]),
    ...(randomness === undefined ? [] : [`rv:${randomness}`]),
    ...rest,
  ];
  return fields.join(';');
}

/**
 * Reads the member of a list.
 *
 * @param traceState of a parent or a span; one that throws, as only a foreign one can, has none
 */
export function otOf(traceState: Pick<TraceState, 'get'> | undefined): OtMember {
  try {
    return parseOt(traceState?.get(OT_KEY));
  } catch {
    // Somebody else's object: without an answer nothing is known about the trace's sampling.
    return NOTHING;
  }
}

/**
 * A list with this member in front. Where W3C's limits would be passed, the last members go: they are the oldest.
 *
 * @param state the list
 * @param member what it shall say; an empty one is taken out
 * @see https://www.w3.org/TR/trace-context-2/#tracestate-limits
 */
export function setOt(state: TraceState, member: OtMember): TraceState {
  const text = formatOt(member);
  if (text === formatOt(otOf(state))) return state;
  try {
    return text === '' ? state.unset(OT_KEY) : shortened(state.set(OT_KEY, text));
  } catch {
    // Somebody else's object that is no list: it cannot be added to, and goes on as it came.
    return state;
  }
}

function shortened(state: TraceState): TraceState {
  let next = state;
  let members = next.serialize().split(',');
  while (members.length > MAX_MEMBERS || members.join(',').length > MAX_STATE_LENGTH) {
    next = next.unset(members.pop()?.split('=', 1)[0] ?? '');
  }
  return next;
}

/**
 * How many spans a kept one stands for: 1 over the probability with which it was kept.
 *
 * @param traceState of the span's context
 * @returns 1 or more; undefined where nothing says how the span was sampled
 * @example
 * adjustedCount(span.spanContext().traceState); // 100 with ot=th:fd70a
 */
export function adjustedCount(traceState: Pick<TraceState, 'get'> | undefined): number | undefined {
  const { threshold } = otOf(traceState);
  return threshold === undefined ? undefined : 1 / probabilityOf(threshold);
}
