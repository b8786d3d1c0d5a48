// A process with OTEL_SDK_DISABLED still passes on the received context.

import { context, propagation, ROOT_CONTEXT, trace as apiTrace } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { init, trace } from '../../../src/index.js';
import { consume, consumeBatch, publish, publishBatch } from '../../../src/queue/index.js';

const ORDERS = { system: 'test', destination: 'orders' };
const TRACE = '1'.repeat(32);
const SENDER = { traceparent: `00-${TRACE}-${'2'.repeat(16)}-01`, baggage: 'tenant=acme' };

let tracing: ReturnType<typeof init>;
beforeEach(() => {
  vi.stubEnv('OTEL_SDK_DISABLED', 'true');
  tracing = init({ exporter: [], instrument: false, exitHandlers: false });
});
afterEach(async () => {
  await tracing.shutdown();
  vi.unstubAllEnvs();
});

it('consume runs the work in the context of the message, and publish passes it on', async () => {
  const sent = await consume({ ...ORDERS, carrier: SENDER }, async span => {
    expect(span.isRecording()).toBe(false);
    await Promise.resolve();
    return publish(ORDERS, carrier => ({ ...carrier }));
  });
  expect(sent).toEqual(SENDER);
});

it('publishBatch fills each message', () => {
  const messages = [{ carrier: {} }, { carrier: {} }];
  consume({ ...ORDERS, carrier: SENDER }, () => publishBatch({ ...ORDERS, messages }, () => {}));
  expect(messages).toEqual([{ carrier: SENDER }, { carrier: SENDER }]);
});

it('consumeBatch runs the work with the baggage that all messages share, and without the active span around it', () => {
  const active = propagation.extract(ROOT_CONTEXT, {
    traceparent: `00-${'3'.repeat(32)}-${'4'.repeat(16)}-01`,
  });
  const [baggageInBatch, spanInBatch] = context.with(active, () =>
    consumeBatch({ ...ORDERS, messages: [{ carrier: SENDER }, { carrier: SENDER }] }, () => [
      trace.getBaggage(),
      apiTrace.getActiveSpan(),
    ]),
  );
  expect([baggageInBatch, spanInBatch]).toEqual([{ tenant: 'acme' }, undefined]);
});
