import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProcess, createProcessBatch, readSubscription } from '../../../src/queue/process.js';
import { trace } from '../../../src/span/trace.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeEach(() => {
  tracing = startOwnTracing();
});
afterEach(() => tracing.stop());

const fail = (): never => {
  throw new Error('hostile');
};

describe('createProcess', () => {
  const process = createProcess<string>('test', 'acme', (destination, message) => ({
    destination,
    ...(message as object),
  }));

  it('takes options before the function, and passes the span to it', () => {
    const isActive = (span: unknown): boolean => span === trace.getActiveSpan();
    expect(process('orders', {}, isActive)).toBe(true);
    expect(process('orders', {}, undefined, isActive)).toBe(true);
    expect(process('orders', {}, { messageId: 'm-1' }, isActive)).toBe(true);
    expect(tracing.spans().map(({ name, attributes }) => [name, attributes['messaging.message.id']])).toEqual(
      [
        ['process orders', undefined],
        ['process orders', undefined],
        ['process orders', 'm-1'],
      ],
    );
  });

  it('prefers the options of the caller to those of the message, and merges their attributes', () => {
    const message = { messageId: 'm-1', attempt: 3, attributes: { a: 1, b: 1, c: undefined } };
    process('orders', message, { attempt: 5, messageId: undefined, attributes: { b: 2 } }, () => {});
    expect(tracing.span('process orders').attributes).toEqual({
      'messaging.system': 'acme',
      'messaging.destination.name': 'orders',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.message.id': 'm-1',
      'messaging.message.delivery_attempt': 5,
      a: 1,
      b: 2,
    });
  });

  it('runs the work for a message that cannot be read, and reports that', () => {
    const captured = captureDiagnostics(() =>
      expect(createProcess('test', 'acme', fail)('orders', {}, () => 'done')).toBe('done'),
    );
    expect(captured).toMatchObject([{ code: 'callback_failed', source: 'reading a message of acme' }]);
    expect(tracing.spans().map(({ name }) => name)).toEqual(['process unknown']);
  });

  it('reports a missing function and wrong options by the name of the adapter', () => {
    const captured = captureDiagnostics(() => {
      expect(process('orders', {}, undefined as never)).toBeUndefined();
      expect(process('orders', {}, { relation: 'linked' } as never, () => 'done')).toBe('done');
    });
    expect(captured).toMatchObject([
      { level: 'error', code: 'function_missing', source: 'test.process' },
      { level: 'warn', code: 'queue_option_ignored', source: 'test.process.relation' },
    ]);
  });
});

describe('createProcessBatch', () => {
  const processBatch = createProcessBatch<string>(
    'test',
    'acme',
    destination => ({ destination }),
    message => (message === 'bad' ? fail() : { carrier: message }),
  );
  const sent = (spanId: string): object => ({ traceparent: `00-${'1'.repeat(32)}-${spanId}-01` });

  it('links each message, also if one cannot be read', () => {
    const messages = [sent('2'.repeat(16)), 'bad', sent('3'.repeat(16))];
    const result = processBatch('orders', messages, { attributes: { a: 1 } }, span => span.isRecording());
    expect(result).toBe(true);
    const span = tracing.span('process orders');
    expect(span.links.map(({ context }) => context.spanId)).toEqual(['2'.repeat(16), '3'.repeat(16)]);
    expect(span.attributes).toMatchObject({ a: 1, 'messaging.batch.message_count': 3 });
  });

  it('reports a missing function and options of a single message', () => {
    const captured = captureDiagnostics(() => {
      expect(processBatch('orders', [], undefined as never)).toBeUndefined();
      processBatch('orders', [], { relation: 'link' } as never, () => {});
    });
    expect(captured).toMatchObject([
      { code: 'function_missing', source: 'test.processBatch' },
      { code: 'queue_option_ignored', source: 'test.processBatch.relation' },
    ]);
  });
});

describe('readSubscription', () => {
  it('has the destination of the message if there is no subscription', () => {
    expect(readSubscription(undefined, 'orders')).toEqual({ destination: 'orders' });
    expect(readSubscription('orders', undefined)).toEqual({ destination: 'orders' });
    expect(readSubscription('orders', 'orders')).toEqual({ destination: 'orders' });
    expect(readSubscription(undefined, undefined)).toEqual({ destination: undefined });
  });

  it('has both if they differ', () => {
    expect(readSubscription('orders.*', 'orders.1')).toEqual({
      destination: 'orders.*',
      attributes: { 'messaging.destination.name': 'orders.1', 'messaging.destination.template': 'orders.*' },
    });
  });
});
