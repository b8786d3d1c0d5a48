import { describe, expect, it } from 'vitest';
import {
  computeQueueTimeMs,
  readSendTimeOr,
  SEND_TIME_FIELD,
  writeSendTime,
} from '../../../src/queue/queue-time.js';

const NOW_MS = Date.UTC(2026, 0, 31, 10);

describe('writeSendTime', () => {
  it('writes milliseconds, which computeQueueTimeMs reads', () => {
    const carrier = {};
    writeSendTime(carrier, NOW_MS);
    expect(carrier).toEqual({ [SEND_TIME_FIELD]: String(NOW_MS) });
    expect(computeQueueTimeMs(undefined, carrier, NOW_MS + 5)).toBe(5);
  });

  it('does not throw for a value that is not a carrier', () => {
    expect(() => writeSendTime(undefined, NOW_MS)).not.toThrow();
  });
});

describe('computeQueueTimeMs', () => {
  it.each([
    ['a number', NOW_MS - 5, 5],
    ['a date', new Date(NOW_MS - 5), 5],
    ['an ISO date', '2026-01-31T09:59:59.000Z', 1000],
    ['digits', String(NOW_MS - 7), 7],
    ['digits with a fraction', `${NOW_MS - 7}.5`, 6.5],
    ['a time in the future', NOW_MS + 90, 0],
    ['NaN', Number.NaN, undefined],
    ['a negative number', -1, undefined],
    ['zero', 0, undefined],
    ['a number beyond the range of Date', 8.64e15 + 1, undefined],
    ['other text', 'soon', undefined],
    ['text of more than 32 characters', `${' '.repeat(33)}2026-01-31`, undefined],
    ['an invalid date', new Date(Number.NaN), undefined],
  ])('reads %s', (_name, sentAt, queueTimeMs) => {
    expect(computeQueueTimeMs(sentAt, {}, NOW_MS)).toBe(queueTimeMs);
  });

  it('prefers the given time to that of the carrier', () => {
    const carrier = { [SEND_TIME_FIELD]: String(NOW_MS - 9) };
    expect(computeQueueTimeMs(NOW_MS - 5, carrier, NOW_MS)).toBe(5);
    expect(computeQueueTimeMs('soon', carrier, NOW_MS)).toBe(9);
  });

  it('ignores a date that throws', () => {
    const date = new Date(NOW_MS);
    date.getTime = () => {
      throw new Error('hostile');
    };
    expect(computeQueueTimeMs(date, {}, NOW_MS)).toBeUndefined();
  });
});

describe('readSendTimeOr', () => {
  it('returns the send time of the carrier, or else the time of the broker', () => {
    expect(readSendTimeOr({ [SEND_TIME_FIELD]: '5' }, 7)).toBe('5');
    expect(readSendTimeOr({}, 7)).toBe(7);
    expect(readSendTimeOr({ [SEND_TIME_FIELD]: ['5', '6'] }, undefined)).toBeUndefined();
  });
});
