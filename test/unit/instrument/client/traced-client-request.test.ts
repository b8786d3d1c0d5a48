import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { ROOT_CONTEXT, SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type ClientOptions,
  prepareClientOptions,
} from '../../../../src/instrument/client/client-options.js';
import { ClientSpan } from '../../../../src/instrument/client/client-span.js';
import {
  isObservedEvent,
  TracedClientRequest,
} from '../../../../src/instrument/client/traced-client-request.js';
import { startRecording } from '../../../support/server-recording.js';

function startTracedRequest(options: ClientOptions = prepareClientOptions('http', {})) {
  const { provider, spans } = startRecording();
  const telemetry = { tracer: provider.getTracer('test'), durationHistogram: undefined };
  const start = { method: 'GET', target: undefined, attributes: undefined, parent: ROOT_CONTEXT };
  return { traced: new TracedClientRequest(new ClientSpan(telemetry, start), options), spans };
}

function createResponse(parts: object = {}): IncomingMessage {
  const socket = new Socket();
  onTestFinished(() => void socket.destroy());
  return Object.assign(new IncomingMessage(socket), { statusCode: 200, httpVersion: '1.1' }, parts);
}

it('observes the events that end a request, and no other', () => {
  const observed = ['response', 'error', 'close', 'timeout', 'upgrade', 'connect'];
  const others = ['socket', 'finish', 'information', 'continue', 'drain', 'abort', Symbol('close')];
  expect(observed.map(isObservedEvent)).toEqual(observed.map(() => true));
  expect(others.map(isObservedEvent)).toEqual(others.map(() => false));
});

describe('a response', () => {
  it('is recorded with its headers, and ends the span at close', () => {
    const { traced, spans } = startTracedRequest(
      prepareClientOptions('http', { requestHeaders: ['X-Id'], responseHeaders: ['X-Answer'] }),
    );
    expect(traced.requestHeaders).toEqual([{ name: 'x-id', attribute: 'http.request.header.x-id' }]);
    traced.beforeEvent('response', createResponse({ statusCode: 404, headers: { 'x-answer': 'a' } }));
    traced.afterResponse(true);
    traced.endIfComplete();
    expect(spans).toHaveLength(0);
    traced.beforeEvent('close', undefined);
    expect(spans[0]?.attributes).toMatchObject({
      'network.protocol.version': '1.1',
      'http.response.status_code': 404,
      'error.type': '404',
      'http.response.header.x-answer': ['a'],
    });
  });

  it('ends the span at once, if nobody listens to it', () => {
    const { traced, spans } = startTracedRequest();
    traced.beforeEvent('response', createResponse());
    traced.afterResponse(false);
    expect(spans).toHaveLength(1);
  });

  it('ends the span after the listeners, if it is complete', async () => {
    const { traced, spans } = startTracedRequest();
    traced.beforeEvent('response', createResponse({ complete: true }));
    traced.afterResponse(true);
    expect(spans).toHaveLength(0);
    await new Promise(resolve => setImmediate(resolve));
    expect(spans).toHaveLength(1);
  });

  it('that fails before its end is a failure', () => {
    const { traced, spans } = startTracedRequest();
    const response = createResponse();
    traced.beforeEvent('response', response);
    const errored = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    Object.defineProperty(response, 'errored', { value: errored });
    traced.beforeEvent('close', undefined);
    expect(spans[0]?.attributes['error.type']).toBe('ECONNRESET');
  });

  it('that fails after its end is none', () => {
    const { traced, spans } = startTracedRequest();
    const response = createResponse({ complete: true });
    traced.beforeEvent('response', response);
    Object.defineProperty(response, 'errored', { value: new Error('late') });
    traced.beforeEvent('close', undefined);
    expect(spans[0]?.status.code).toBe(SpanStatusCode.UNSET);
  });
});

describe.each(['upgrade', 'connect'])('%s', event => {
  it('ends the span with the status of the response', () => {
    const { traced, spans } = startTracedRequest();
    traced.beforeEvent(event, createResponse({ statusCode: 101 }));
    expect(spans[0]?.attributes['http.response.status_code']).toBe(101);
  });
});

describe('a request without a response', () => {
  it('has the type of its error', () => {
    const { traced, spans } = startTracedRequest();
    traced.beforeEvent('error', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }));
    expect(spans[0]?.attributes['error.type']).toBe('ECONNREFUSED');
  });

  it('has timed out, if the application destroys it after the event', () => {
    const { traced, spans } = startTracedRequest();
    traced.beforeEvent('timeout', undefined);
    expect(spans).toHaveLength(0);
    traced.beforeEvent('error', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
    expect(spans[0]?.attributes['error.type']).toBe('TimeoutError');
  });

  it('was aborted by the application, if it closes without an error', () => {
    const { traced, spans } = startTracedRequest();
    traced.beforeEvent('close', undefined);
    expect(spans[0]?.status.code).toBe(SpanStatusCode.UNSET);
    expect(spans[0]?.attributes).not.toHaveProperty('error.type');
  });
});
