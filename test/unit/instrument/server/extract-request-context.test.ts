import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { expect, it, onTestFinished, vi } from 'vitest';
import { globalState } from '../../../../src/core/global-state.js';
import { extractRequestContext } from '../../../../src/instrument/server/extract-request-context.js';
import { createPropagationPolicy } from '../../../../src/propagation/propagation-policy.js';
import type { PropagateOptions } from '../../../../src/propagation/types.js';
import { createExchange, startRecording } from '../../../support/server-recording.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` };

function setPolicy(options: PropagateOptions): void {
  globalState.propagation = createPropagationPolicy(options);
  onTestFinished(() => {
    globalState.propagation = undefined;
  });
}

it('has the context of the headers, and nothing of the active context', () => {
  const { provider } = startRecording();
  const [request] = createExchange(CALLER);
  const active = trace.setSpan(ROOT_CONTEXT, provider.getTracer('test').startSpan('other'));
  const { context: extracted, link } = context.with(active, extractRequestContext, undefined, request);
  expect(trace.getSpanContext(extracted)).toMatchObject({ traceId: TRACE_ID, isRemote: true });
  expect(link).toBeUndefined();
  const [withoutHeaders] = createExchange();
  const { context: root } = context.with(active, extractRequestContext, undefined, withoutHeaders);
  expect(trace.getSpanContext(root)).toBeUndefined();
});

it('has a link instead of a parent, if propagate.from refuses the caller', () => {
  startRecording();
  setPolicy({ from: 'none' });
  const [request] = createExchange(CALLER);
  const { context: extracted, link } = extractRequestContext(request);
  expect(trace.getSpanContext(extracted)).toBeUndefined();
  expect(link?.context.traceId).toBe(TRACE_ID);
});

it('describes the request to propagate.from', () => {
  startRecording();
  const from = vi.fn<(headers: object, source: object) => boolean>(() => true);
  setPolicy({ from });
  const [request] = createExchange(CALLER);
  Object.defineProperty(request.socket, 'remoteAddress', { value: '10.0.0.7' });
  request.url = '/orders?page=2';
  extractRequestContext(request);
  request.url = undefined as unknown as string;
  extractRequestContext(request);
  expect(from.mock.calls).toEqual([
    [request.headers, { remoteAddress: '10.0.0.7', url: '/orders?page=2' }],
    [request.headers, { remoteAddress: '10.0.0.7', url: '/' }],
  ]);
});
