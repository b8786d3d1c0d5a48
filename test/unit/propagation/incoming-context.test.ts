import { ROOT_CONTEXT } from '@opentelemetry/api';
import { afterEach, expect, it } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import { acceptIncoming } from '../../../src/propagation/incoming-context.js';
import { createPropagationPolicy } from '../../../src/propagation/propagation-policy.js';

const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
const unread = (): never => expect.unreachable();

afterEach(() => {
  globalState.propagation = undefined;
});

it('without a policy the context of the caller is accepted, and the sender is not read', () => {
  expect(acceptIncoming(ROOT_CONTEXT, headers, unread)).toEqual({ context: ROOT_CONTEXT, link: undefined });
});

it('with a policy it decides, by the sender', () => {
  const seen: unknown[] = [];
  globalState.propagation = createPropagationPolicy({
    from: (_carrier, source) => {
      seen.push(source);
      return true;
    },
  });
  const source = { remoteAddress: '127.0.0.1', url: '/orders' };
  expect(acceptIncoming(ROOT_CONTEXT, headers, () => source).context).toBe(ROOT_CONTEXT);
  expect(seen).toEqual([source]);
});
