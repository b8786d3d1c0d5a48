// How long a message lay in the queue. The sender writes the time beside the context:
//
//   trace-sent-at: 1767225600000        milliseconds since the Unix epoch
//
// The clocks of two machines are compared, so the figure is as exact as they are; it is never below zero.

import { guarded } from '../core/guard.js';
import { accessCarrier } from '../propagation/index.js';

/** The field that holds the send time. */
export const SEND_TIME_FIELD = 'trace-sent-at';

const MAX_TIME = 8.64e15;

/** Writes the send time into a carrier. Never throws. */
export function writeSendTime(carrier: unknown, nowMs: number = Date.now()): void {
  accessCarrier(carrier).set(SEND_TIME_FIELD, String(nowMs));
}

/**
 * Milliseconds since a message was sent.
 *
 * @param sentAt when it was sent, if the broker or the caller knows
 * @param carrier where the sender may have written it
 * @param nowMs the time now
 * @returns undefined where nobody knows, or what they say is no time
 */
export function computeQueueTimeMs(
  sentAt: number | string | Date | undefined,
  carrier: unknown,
  nowMs: number = Date.now(),
): number | undefined {
  // A proxy or a Date of the caller's own making can throw when it is looked at.
  const said = guarded('reading a send time', () => parseTimeMs(sentAt), undefined);
  const sent = said ?? parseTimeMs(accessCarrier(carrier).get(SEND_TIME_FIELD));
  return sent === undefined ? undefined : Math.max(0, nowMs - sent);
}

/** What the sender wrote, else the time that the broker or its client put on the message. */
export function readSendTimeOr<T>(carrier: unknown, brokerTime: T): T | string {
  const stamp = accessCarrier(carrier).get(SEND_TIME_FIELD);
  return typeof stamp === 'string' ? stamp : brokerTime;
}

function parseTimeMs(value: unknown): number | undefined {
  if (value instanceof Date) return parseTimeMs(value.getTime());
  if (typeof value === 'number') return value > 0 && value <= MAX_TIME ? value : undefined;
  if (typeof value !== 'string' || value.length > 32) return undefined;
  return parseTimeMs(/^\d+(\.\d+)?$/.test(value) ? Number(value) : Date.parse(value));
}
