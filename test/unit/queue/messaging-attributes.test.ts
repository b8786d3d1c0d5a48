import { describe, expect, it } from 'vitest';
import {
  createMessagingAttributes,
  formatSpanName,
  PROCESS_OPERATION,
  SEND_OPERATION,
} from '../../../src/queue/messaging-attributes.js';

const ORDERS = { system: 'nats', destination: 'orders' };

describe('formatSpanName', () => {
  it('is operation and destination', () => {
    expect(formatSpanName(ORDERS, PROCESS_OPERATION)).toBe('process orders');
    expect(formatSpanName({ ...ORDERS, operation: 'xadd' }, SEND_OPERATION)).toBe('xadd orders');
  });

  it('is the operation if the messages have no common destination', () => {
    expect(formatSpanName({ system: 'kafka' }, SEND_OPERATION)).toBe('send');
  });
});

describe('createMessagingAttributes', () => {
  it('has the attributes of the conventions, without undefined values', () => {
    expect(createMessagingAttributes(ORDERS, SEND_OPERATION, { a: undefined, b: 1 })).toStrictEqual({
      'messaging.system': 'nats',
      'messaging.destination.name': 'orders',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      b: 1,
    });
  });

  it('prefers the attributes of the caller', () => {
    const options = {
      ...ORDERS,
      operation: 'add',
      attributes: { 'messaging.system': 'mine', b: 2 },
    };
    expect(createMessagingAttributes(options, PROCESS_OPERATION, { b: 1 })).toStrictEqual({
      'messaging.system': 'mine',
      'messaging.destination.name': 'orders',
      'messaging.operation.name': 'add',
      'messaging.operation.type': 'process',
      b: 2,
    });
  });
});
