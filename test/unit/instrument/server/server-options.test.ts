import { expect, it, onTestFinished } from 'vitest';
import { globalState } from '../../../../src/core/global-state.js';
import { trace } from '../../../../src/index.js';
import { createPropagationPolicy } from '../../../../src/propagation/propagation-policy.js';
import { listen, sendRequest, startRecording } from '../../../support/server-recording.js';
import { startTracing } from '../../../support/start-tracing.js';

it.each([
  [true, /\r\nx-trace-id: ([0-9a-f]{32})\r\n/],
  ['X-Request-Trace', /\r\nX-Request-Trace: ([0-9a-f]{32})\r\n/],
  ['traceresponse', /\r\ntraceresponse: 00-([0-9a-f]{32})-[0-9a-f]{16}-0[13]\r\n/],
])('responseHeader %s carries the trace id', async (responseHeader, form) => {
  const { enable, waitForSpans } = startRecording();
  enable({ fetch: false, http: { responseHeader } });
  const port = await listen((_request, response) => response.writeHead(200, { a: '1' }).end('ok'));
  const response = await sendRequest(port, 'GET / HTTP/1.1\nHost: a');
  const [span] = await waitForSpans(1);
  expect(form.exec(response)?.[1]).toBe(span?.spanContext().traceId);
});

it('responseHeader is left out without a trace id', async () => {
  onTestFinished(async () => void (await trace.shutdown()));
  startTracing({ enabled: false, instrument: { http: { responseHeader: true } } });
  const port = await listen((_request, response) => response.end('ok'));
  const response = await sendRequest(port, 'GET / HTTP/1.1\nHost: a');
  expect(response).not.toContain('x-trace-id');
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const continued = await sendRequest(port, `GET / HTTP/1.1\nHost: a\ntraceparent: ${traceparent}`);
  expect(continued).toContain(`x-trace-id: ${'a'.repeat(32)}`);
});

it('records headers and further attributes of requests', async () => {
  const { enable, waitForSpans } = startRecording();
  enable({
    fetch: false,
    http: {
      requestHeaders: ['X-Id'],
      responseHeaders: ['x-a'],
      attributes: ({ method }) => ({ asked: method }),
    },
  });
  const port = await listen((_request, response) => response.writeHead(200, { 'X-A': '1' }).end('ok'));
  await sendRequest(port, 'GET / HTTP/1.1\nHost: a\nX-Id: 7');
  const [span] = await waitForSpans(1);
  expect(span?.attributes).toMatchObject({
    'http.request.header.x-id': ['7'],
    'http.response.header.x-a': ['1'],
    asked: 'GET',
  });
});

it("from: 'none' starts a new trace that is linked to the caller", async () => {
  const { enable, waitForSpans } = startRecording();
  globalState.propagation = createPropagationPolicy({ from: 'none' });
  onTestFinished(() => {
    globalState.propagation = undefined;
  });
  enable({ fetch: false });
  const port = await listen((_request, response) => response.end('ok'));
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  await sendRequest(port, `GET / HTTP/1.1\nHost: a\ntraceparent: 00-${traceId}-b7ad6b7169203331-01`);
  const [span] = await waitForSpans(1);
  expect(span?.spanContext().traceId).not.toBe(traceId);
  expect(span?.links.map(({ context }) => context.traceId)).toEqual([traceId]);
});
