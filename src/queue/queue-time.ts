// The time that a message spent in the queue. The sender writes the time beside the context:
//
//   do-trace-sent-at: 1767225600000        milliseconds since the Unix epoch
//
// Sender and receiver have different clocks, so the result is as exact as their synchronization. It is never negative.

import { guarded } from '../core/guard.js';
import { accessCarrier } from '../propagation/index.js';

/** The field with the send time. */
export const SEND_TIME_FIELD = 'do-trace-sent-at';

/** The largest time that a Date can represent. */
const MAX_TIME_MS = 8.64e15;

/** Writes the send time into a carrier. Never throws. */
export function writeSendTime(carrier: unknown, nowMs: number = Date.now()): void {
  accessCarrier(carrier).set(SEND_TIME_FIELD, String(nowMs));
}

/**
 * Computes the milliseconds since a message was sent.
 *
 * @param sentAt the send time that the broker or the caller gives
 * @param carrier the carrier of the message, in which the sender may have written the time
 * @param nowMs the current time
 * @returns undefined if neither gives a valid time
 */
export function computeQueueTimeMs(
  sentAt: number | string | Date | undefined,
  carrier: unknown,
  nowMs: number = Date.now(),
): number | undefined {
  // Guarded, because a proxy or a subclass of Date can throw.
  const given = guarded('reading a send time', () => parseTimeMs(sentAt), undefined);
  const sentAtMs = given ?? parseTimeMs(accessCarrier(carrier).get(SEND_TIME_FIELD));
  return sentAtMs === undefined ? undefined : Math.max(0, nowMs - sentAtMs);
}

/** Returns the send time that the sender wrote, or else the time that the broker or its client added. */
export function readSendTimeOr<T>(carrier: unknown, brokerTime: T): T | string {
  const sendTime = accessCarrier(carrier).get(SEND_TIME_FIELD);
  return typeof sendTime === 'string' ? sendTime : brokerTime;
}

/** Parses a time as milliseconds since the Unix epoch. Returns undefined for other values. May throw for a hostile date. */
export function parseTimeMs(value: unknown): number | undefined {
  if (value instanceof Date) return parseTimeMs(value.getTime());
  if (typeof value === 'number') return value > 0 && value <= MAX_TIME_MS ? value : undefined;
  if (typeof value !== 'string' || value.length > 32) return undefined;
  return parseTimeMs(/^\d+(\.\d+)?$/.test(value) ? Number(value) : Date.parse(value));
}
