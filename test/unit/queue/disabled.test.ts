// A process that records nothing still passes on what came in.

import { context, propagation, ROOT_CONTEXT, trace as apiTrace } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { init, trace } from '../../../src/index.js';
import { consume, consumeBatch, publish, publishBatch } from '../../../src/queue/index.js';

const PLACE = { system: 'test', destination: 'orders' };
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

it('consume runs the work in the context of the message, and publish sends it on', async () => {
  const sent = await consume({ ...PLACE, carrier: SENDER }, async span => {
    expect(span.isRecording()).toBe(false);
    await Promise.resolve();
    return publish(PLACE, carrier => ({ ...carrier }));
  });
  expect(sent).toEqual(SENDER);
});

it('publishBatch fills each message', () => {
  const messages = [{ carrier: {} }, { carrier: {} }];
  consume({ ...PLACE, carrier: SENDER }, () => publishBatch({ ...PLACE, messages }, () => {}));
  expect(messages).toEqual([{ carrier: SENDER }, { carrier: SENDER }]);
});

it('consumeBatch goes on with the baggage that all messages share, and leaves what is active around it', () => {
  const active = propagation.extract(ROOT_CONTEXT, {
    traceparent: `00-${'3'.repeat(32)}-${'4'.repeat(16)}-01`,
  });
  const seen = context.with(active, () =>
    consumeBatch({ ...PLACE, messages: [{ carrier: SENDER }, { carrier: SENDER }] }, () => [
      trace.getBaggage(),
      apiTrace.getActiveSpan(),
    ]),
  );
  expect(seen).toEqual([{ tenant: 'acme' }, undefined]);
});
