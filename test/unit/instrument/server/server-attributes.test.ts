// Compares spans of our server instrumentation with those of OpenTelemetry, request by request.

import type { IncomingMessage, RequestListener } from 'node:http';
import { context, diag } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { getIncomingRequestAttributes } from '@opentelemetry/instrumentation-http/build/src/utils.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRequestAttributes } from '../../../../src/instrument/server/server-attributes.js';
import { listen, sendRequest, startRecording } from '../../../support/server-recording.js';

interface SpanSummary {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

function summarize({ name, kind, status, attributes, events, parentSpanContext }: ReadableSpan): SpanSummary {
  const { 'network.peer.port': port, ...rest } = attributes;
  return {
    name,
    kind,
    status,
    attributes: { ...rest, port: typeof port },
    events: events.map(event => event.name),
    parent: parentSpanContext?.spanId,
  };
}

const listener: RequestListener = (request, response) => {
  const metadata = getRPCMetadata(context.active());
  if (metadata !== undefined && request.url?.startsWith('/orders/') === true) metadata.route = '/orders/:id';
  response.statusCode = Number(/status=(\d+)/.exec(request.url ?? '')?.[1] ?? 200);
  response.end('ok');
};

/** The summary that the current conventions require, where OpenTelemetry's instrumentation still differs from them. */
function applyConventions(summary: ReturnType<typeof summarize>): object {
  const status = Number(summary.attributes['http.response.status_code']);
  const isUnknownMethod = summary.attributes['http.request.method'] === '_OTHER';
  return {
    ...summary,
    name: isUnknownMethod ? 'HTTP' : summary.name,
    attributes: status >= 500 ? { ...summary.attributes, 'error.type': String(status) } : summary.attributes,
  };
}

describe('the span of a request equals that of OpenTelemetry', () => {
  it.each([
    'GET / HTTP/1.1\nHost: shop.example',
    'GET /orders/4711?full=1 HTTP/1.1\nHost: shop.example:8080\nUser-Agent: curl/8.0',
    'POST /orders/4711?full=1&page=2 HTTP/1.1\nHost: [::1]:8080\nContent-Length: 0',
    'GET /a?status=404 HTTP/1.1\nHost: a',
    'GET /a?status=500 HTTP/1.1\nHost: a',
    'GET /orders/1?status=503 HTTP/1.1\nHost: a',
    'PROPFIND /files HTTP/1.1\nHost: a',
    'OPTIONS * HTTP/1.1\nHost: a',
    'GET http://other.example:81/b/../c?x=%20y HTTP/1.1\nHost: a',
    'GET //double/a HTTP/1.1\nHost: a',
    'GET /a/./b/../c//d HTTP/1.1\nHost: a',
    'GET /a/%2e%2e/b HTTP/1.1\nHost: a',
    'GET /caf%C3%A9/"quoted"/<x>|y\\z HTTP/1.1\nHost: a',
    'GET /a.b/..c/.d HTTP/1.1\nHost: a',
    'GET /a?b HTTP/1.1\nHost: a',
    'GET /a?b=1&b=2&c= HTTP/1.1\nHost: a',
    'GET /a? HTTP/1.1\nHost: a',
    'GET /a?sig=secret&x=1&X-Amz-Signature=secret HTTP/1.1\nHost: a',
    'GET /a?%73ig=secret HTTP/1.1\nHost: a',
    'GET /a?q=a+b%2Bc&d=%C3%BC HTTP/1.1\nHost: a',
    'GET /a#fragment HTTP/1.1\nHost: a',
    'GET /old HTTP/1.0',
    'GET / HTTP/1.1\nHost: a\nForwarded: for=192.0.2.60;proto=https;host=shop.example, for=198.51.100.1',
    'GET / HTTP/1.1\nHost: a\nForwarded: For="[2001:db8::1]:4711"; Host="h\\"x:9"',
    'GET / HTTP/1.1\nHost: a\nForwarded: nonsense without end;',
    'GET / HTTP/1.1\nHost: a\nForwarded: by=x',
    'GET / HTTP/1.1\nHost: a\nX-Forwarded-Host: b.example\nX-Forwarded-Proto: https\nX-Forwarded-For: 203.0.113.7, 10.0.0.1',
    'GET / HTTP/1.1\nHost: a\nX-Forwarded-Host: b.example:444\nX-Forwarded-For: [2001:db8::7]:80',
    'GET / HTTP/1.1\nHost: a\nX-Forwarded-For: 2001:db8::7',
    'GET / HTTP/1.1\nHost: a\nX-Forwarded-For: 203.0.113.7:5555',
    'GET / HTTP/1.1\nHost: a\nX-Forwarded-For: unknown host',
    'GET / HTTP/1.1\nHost: a\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'GET / HTTP/1.1\nHost: a\ntraceparent: 00-nonsense-01',
  ])('%j', async head => {
    const { enable, waitForSpans } = startRecording();
    const port = await listen(listener);
    const disable = enable([new HttpInstrumentation()]);
    await sendRequest(port, head);
    const [theirs] = await waitForSpans(1);
    disable();
    enable({ fetch: false });
    await sendRequest(port, head);
    const [, ours] = await waitForSpans(2);
    expect(summarize(ours!)).toEqual(applyConventions(summarize(theirs!)));
  });

  it('except for a malformed Host header, for which OpenTelemetry records no path', async () => {
    const { enable, waitForSpans } = startRecording();
    enable({ fetch: false });
    await sendRequest(await listen(listener), 'GET /orders/1 HTTP/1.1\nHost: a:b:c');
    const [span] = await waitForSpans(1);
    expect(span?.attributes).toMatchObject({ 'url.path': '/orders/1', 'server.address': 'a:b:c' });
  });

  it('for any target and any proxy headers', () => {
    const pieces = `/ // . .. /./ %2e %2F % a B-_~ ? & = sig= sig %73ig=s + %20 ; : @ * | ^ # \\ ' " { [ X-Amz-Signature= $ ! ,`;
    const piece = fc.constantFrom(...pieces.split(' '));
    const target = fc.array(piece, { maxLength: 12 }).map(pieces => `/${pieces.join('')}`);
    const host = fc.constantFrom(
      'a',
      'a:80',
      'a.example:8080',
      '[::1]',
      '[::1]:81',
      '127.0.0.1:3000',
      undefined,
    );
    const forwardedPieces = `for= host= proto= by= a.example "[::1]:80" "b:81" "q\\"x" http https ; , = " _hidden 192.0.2.1 "192.0.2.1:99"`;
    const forwardedPiece = fc.constantFrom(...forwardedPieces.split(' '), ' ', ', ', '\t');
    const forwarded = fc.option(
      fc.array(forwardedPiece, { maxLength: 9 }).map(pieces => pieces.join('').trim()),
      { nil: undefined },
    );
    const proxy = fc.constantFrom(
      undefined,
      '',
      'c',
      'c:82',
      '[::2]:83',
      '1.2.3.4',
      '1.2.3.4:5',
      '::3',
      ' x , y',
    );
    const proto = fc.constantFrom(undefined, 'http', 'https', 'ws');
    const scheme = fc.constantFrom('http' as const, 'https' as const);
    const socket = { remoteAddress: '127.0.0.1', remotePort: 5 };
    fc.assert(
      fc.property(
        target,
        host,
        forwarded,
        proxy,
        proxy,
        proto,
        scheme,
        (url, name, by, from, to, over, component) => {
          // OpenTelemetry drops a second question mark.
          fc.pre(!/^[^?#]*\?\?/.test(url));
          const headers = Object.fromEntries(
            Object.entries({
              host: name,
              forwarded: by,
              'x-forwarded-for': from,
              'x-forwarded-host': to,
              'x-forwarded-proto': over,
            }).filter(([, value]) => value !== undefined),
          );
          const request = {
            method: 'get',
            url,
            headers,
            socket,
            httpVersion: '1.1',
          } as unknown as IncomingMessage;
          const theirs = getIncomingRequestAttributes(
            request,
            { component, enableSyntheticSourceDetection: false },
            diag,
          );
          expect(createRequestAttributes(request, component)).toEqual(theirs);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
