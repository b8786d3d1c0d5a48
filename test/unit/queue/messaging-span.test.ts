import { context as apiContext, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterEach, describe, expect, it } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import { SEND_OPERATION } from '../../../src/queue/messaging-attributes.js';
import { describeMessagingSpan, runInContext } from '../../../src/queue/messaging-span.js';
import { startOwnTracing } from '../../support/providers.js';

describe('describeMessagingSpan', () => {
  const orders = { system: 'nats', destination: 'orders' };

  it('combines the name, the given attributes and the given options', () => {
    const span = describeMessagingSpan(SEND_OPERATION, orders, { a: 1 }, { kind: 'producer', root: true });
    expect(span).toStrictEqual({
      name: 'send orders',
      spanOptions: { kind: 'producer', root: true, attributes: { a: 1 } },
    });
  });

  it('passes on isError and stream of the caller', () => {
    const isError = (): boolean => false;
    const options = { ...orders, isError, stream: true } as const;
    expect(describeMessagingSpan(SEND_OPERATION, options, {}, {}).spanOptions).toMatchObject({
      isError,
      stream: true,
    });
  });
});

describe('runInContext', () => {
  const key = createContextKey('test');
  const context = ROOT_CONTEXT.setValue(key, 'value');
  const readKey = (): unknown => apiContext.active().getValue(key);

  afterEach(() => apiContext.disable());

  it('uses the registered context manager without a tracer', () => {
    apiContext.setGlobalContextManager(new AsyncLocalStorageContextManager());
    expect(runInContext(context, readKey)).toBe('value');
  });

  it('uses the context manager of the active tracer', async () => {
    const tracing = startOwnTracing();
    const contextManager = globalState.tracer?.contextManager;
    apiContext.disable();
    expect(runInContext(context, () => contextManager?.active().getValue(key))).toBe('value');
    await tracing.stop();
  });
});
