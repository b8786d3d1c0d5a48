// `trustRemote: 'never'` over every way in: headers of http, `continue`, `handler`, a parent of any form.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { context, propagation, ROOT_CONTEXT, trace as apiTrace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memory } from '../../../src/exporters/index.js';
import { handler } from '../../../src/http/index.js';
import { init, type InitOptions, trace } from '../../../src/index.js';
import { eventually } from '../../support/eventually.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const SAMPLED = `00-${TRACE}-${PARENT}-01`;
const UNSAMPLED = `00-${TRACE}-${PARENT}-00`;

const quiet = { error() {}, warn() {}, info() {}, debug() {} };

let recorded: ReturnType<typeof memory>;

function start(options: InitOptions = {}): void {
  recorded = memory();
  init({
    service: 'edge',
    exporter: recorded,
    sample: { trustRemote: 'never' },
    instrument: false,
    exitHandlers: false,
    logger: quiet,
    ...options,
  });
}

function spanNamed(name: string): (typeof recorded.spans)[number] {
  const found = recorded.spans.find(span => span.name === name);
  if (found === undefined) throw new Error(`no span is named ${name}`);
  return found;
}

/** What the first span of a request promises: a trace of its own, and a link to the caller. */
function expectLinked(name: string): void {
  const span = spanNamed(name);
  expect(span.spanContext().traceId).not.toBe(TRACE);
  expect(span.parentSpanContext).toBeUndefined();
  expect(span.links.map(({ context: caller }) => [caller.traceId, caller.spanId])).toEqual([[TRACE, PARENT]]);
}

beforeEach(() => {
  for (const key of Object.keys(process.env)) if (/^(OTEL_|TRACE)/.test(key)) vi.stubEnv(key, undefined);
});

afterEach(async () => {
  await trace.shutdown();
  for (const api of [apiTrace, context, propagation]) api.disable();
});

describe("trustRemote 'never'", () => {
  it('trace.continue starts a new trace that is linked to the caller', () => {
    start();
    trace.continue({ traceparent: SAMPLED }, 'work', () => trace.span('inner', () => {}));
    expectLinked('work');
    const inner = spanNamed('inner');
    expect(inner.parentSpanContext?.spanId).toBe(spanNamed('work').spanContext().spanId);
    expect(inner.links).toEqual([]);
  });

  it('a caller that said no is no reason not to record, nor is one that said yes a reason to', async () => {
    start();
    trace.continue({ traceparent: UNSAMPLED }, 'work', () => {});
    expectLinked('work');
    recorded.reset();
    await trace.shutdown();
    start({ sample: { ratio: 0, trustRemote: 'never' } });
    trace.continue({ traceparent: SAMPLED }, 'work', span => expect(span.isRecording()).toBe(false));
    expect(recorded.spans).toEqual([]);
  });

  it('a carrier as parent, and an extracted context, are linked as well', () => {
    start();
    trace.span('carrier', { parent: { traceparent: SAMPLED } }, () => {});
    trace.span('context', { parent: trace.extract({ traceparent: SAMPLED }) }, () => {});
    expectLinked('carrier');
    expectLinked('context');
  });

  it('detached work and new roots within the request are linked to nobody', () => {
    start();
    trace.continue({ traceparent: SAMPLED }, 'work', () => {
      trace.detached(() => trace.span('detached', () => {}));
      trace.span('root', { root: true }, () => {});
    });
    for (const name of ['detached', 'root']) expect(spanNamed(name).links).toEqual([]);
  });

  it('nothing of the caller goes out again, and its baggage does', () => {
    start();
    const carrier = { traceparent: SAMPLED, tracestate: 'vendor=1', baggage: 'tenant=acme' };
    const out = trace.continue(carrier, 'work', () => trace.inject());
    const { traceId, spanId } = spanNamed('work').spanContext();
    expect(out).toEqual({ traceparent: `00-${traceId}-${spanId}-03`, baggage: 'tenant=acme' });
    const unspanned = context.with(trace.extract(carrier), () => trace.inject());
    expect(unspanned).toEqual({ baggage: 'tenant=acme' });
  });

  it('a request without a valid context has no link', () => {
    start();
    trace.continue({}, 'empty', () => {});
    trace.continue({ traceparent: `00-${'0'.repeat(32)}-${PARENT}-01` }, 'invalid', () => {});
    for (const name of ['empty', 'invalid']) expect(spanNamed(name).links).toEqual([]);
  });

  it('who started the process is trusted: its TRACEPARENT is the parent', () => {
    vi.stubEnv('TRACEPARENT', SAMPLED);
    start();
    trace.span('job', () => {});
    expect(spanNamed('job').spanContext().traceId).toBe(TRACE);
    expect(spanNamed('job').links).toEqual([]);
  });

  it('a process that is switched off passes on what it gets', () => {
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    start();
    const remote = propagation.extract(ROOT_CONTEXT, { traceparent: SAMPLED });
    expect(apiTrace.getSpanContext(remote)?.traceId).toBe(TRACE);
  });

  it('handler answers in a new trace', async () => {
    start();
    const answer = handler(() => new Response('ok'), { route: '/' });
    const response = answer(new Request('http://edge/', { headers: { traceparent: SAMPLED } }));
    await response.text();
    expectLinked('GET /');
  });

  describe('with the instrumentation of node:http', () => {
    let server: Server;

    afterEach(() => void server.close());

    it('a request starts a new trace', async () => {
      start({ instrument: ['http'] });
      server = createServer((_, response) => {
        response.end(trace.span('work', () => JSON.stringify(trace.ids())));
      });
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const socket = connect(port, '127.0.0.1').setEncoding('utf8');
      socket.write(`GET / HTTP/1.1\r\nhost: edge\r\nconnection: close\r\ntraceparent: ${SAMPLED}\r\n\r\n`);
      let answer = '';
      for await (const text of socket) answer += text;
      await eventually(() => expectLinked('GET'));
      expect(answer).toContain(spanNamed('GET').spanContext().traceId);
      expect(spanNamed('work').links).toEqual([]);
    });
  });
});

describe.each(['sampled', 'always'] as const)("trustRemote '%s'", trustRemote => {
  it("the caller's trace goes on, and what it did not sample is recorded only where that was asked for", () => {
    start({ sample: { trustRemote } });
    trace.continue({ traceparent: SAMPLED }, 'sampled', () => {});
    trace.continue({ traceparent: UNSAMPLED }, 'unsampled', () => {});
    const expected = trustRemote === 'always' ? ['sampled', 'unsampled'] : ['sampled'];
    expect(recorded.spans.map(span => span.name)).toEqual(expected);
    for (const span of recorded.spans) {
      expect([span.spanContext().traceId, span.parentSpanContext?.spanId]).toEqual([TRACE, PARENT]);
      expect(span.links).toEqual([]);
    }
  });

  it('a handler follows in the same way', async () => {
    start({ sample: { trustRemote } });
    const answer = handler(() => new Response('ok'), { route: '/' });
    const request = new Request('http://edge/', { headers: { traceparent: UNSAMPLED } });
    await answer(request).text();
    expect(recorded.spans.map(span => span.spanContext().traceId)).toEqual(
      trustRemote === 'always' ? [TRACE] : [],
    );
  });
});
