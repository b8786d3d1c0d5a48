// `trustRemote: 'never'` for each source of a remote parent: http headers, `continue`, `handler`, and the option `parent`.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import {
  type Context,
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  type Link,
  propagation,
  ROOT_CONTEXT,
  trace as apiTrace,
} from '@opentelemetry/api';
import type { Span } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memory } from '../../../src/exporters/index.js';
import { handler } from '../../../src/http/index.js';
import { init, type InitOptions, trace } from '../../../src/index.js';
import {
  createRemoteLinkProcessor,
  UntrustedRemotePropagator,
} from '../../../src/propagation/untrusted-remote.js';
import { W3CPropagator } from '../../../src/propagation/w3c-propagator.js';
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
  const span = recorded.spans.find(each => each.name === name);
  if (span === undefined) throw new Error(`no span is named ${name}`);
  return span;
}

/** Checks that a span starts a new trace and has one link, to the caller. */
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

  it("the caller's sampled flag has no influence", async () => {
    start();
    trace.continue({ traceparent: UNSAMPLED }, 'work', () => {});
    expectLinked('work');
    recorded.reset();
    await trace.shutdown();
    start({ sample: { ratio: 0, trustRemote: 'never' } });
    trace.continue({ traceparent: SAMPLED }, 'work', span => expect(span.isRecording()).toBe(false));
    expect(recorded.spans).toEqual([]);
  });

  it('a carrier as parent, and an extracted context, are linked to the caller', () => {
    start();
    trace.span('carrier', { parent: { traceparent: SAMPLED } }, () => {});
    trace.span('context', { parent: trace.extract({ traceparent: SAMPLED }) }, () => {});
    expectLinked('carrier');
    expectLinked('context');
  });

  it('detached spans and new roots within the request have no link', () => {
    start();
    trace.continue({ traceparent: SAMPLED }, 'work', () => {
      trace.detached(() => trace.span('detached', () => {}));
      trace.span('root', { root: true }, () => {});
    });
    for (const name of ['detached', 'root']) expect(spanNamed(name).links).toEqual([]);
  });

  it("the caller's trace is not passed on, but its baggage is", () => {
    start();
    const carrier = { traceparent: SAMPLED, tracestate: 'vendor=1', baggage: 'tenant=acme' };
    const out = trace.continue(carrier, 'work', () => trace.inject());
    const { traceId, spanId } = spanNamed('work').spanContext();
    expect(out).toEqual({ traceparent: `00-${traceId}-${spanId}-03`, baggage: 'tenant=acme' });
    const withoutSpan = context.with(trace.extract(carrier), () => trace.inject());
    expect(withoutSpan).toEqual({ baggage: 'tenant=acme' });
  });

  it('a request without a valid context has no link', () => {
    start();
    trace.continue({}, 'empty', () => {});
    trace.continue({ traceparent: `00-${'0'.repeat(32)}-${PARENT}-01` }, 'invalid', () => {});
    for (const name of ['empty', 'invalid']) expect(spanNamed(name).links).toEqual([]);
  });

  it('the parent process is trusted: its TRACEPARENT is the parent', () => {
    vi.stubEnv('TRACEPARENT', SAMPLED);
    start();
    trace.span('job', () => {});
    expect(spanNamed('job').spanContext().traceId).toBe(TRACE);
    expect(spanNamed('job').links).toEqual([]);
  });

  it('a disabled SDK extracts the trace', () => {
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    start();
    const remote = propagation.extract(ROOT_CONTEXT, { traceparent: SAMPLED });
    expect(apiTrace.getSpanContext(remote)?.traceId).toBe(TRACE);
  });

  it('handler starts a new trace', async () => {
    start();
    const handle = handler(() => new Response('ok'), { route: '/' });
    const response = handle(new Request('http://edge/', { headers: { traceparent: SAMPLED } }));
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
      let received = '';
      for await (const text of socket) received += text;
      await eventually(() => expectLinked('GET'));
      expect(received).toContain(spanNamed('GET').spanContext().traceId);
      expect(spanNamed('work').links).toEqual([]);
    });
  });
});

describe.each(['sampled', 'always'] as const)("trustRemote '%s'", trustRemote => {
  it("the caller's trace continues, and an unsampled one is recorded only with 'always'", () => {
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

  it('a handler does the same', async () => {
    start({ sample: { trustRemote } });
    const handle = handler(() => new Response('ok'), { route: '/' });
    const request = new Request('http://edge/', { headers: { traceparent: UNSAMPLED } });
    await handle(request).text();
    expect(recorded.spans.map(span => span.spanContext().traceId)).toEqual(
      trustRemote === 'always' ? [TRACE] : [],
    );
  });
});

describe('UntrustedRemotePropagator', () => {
  const w3c = new W3CPropagator();
  const propagator = new UntrustedRemotePropagator(w3c);
  const extractFrom = (carrier: object, base: Context): Context =>
    propagator.extract(base, carrier, defaultTextMapGetter);

  it('injects and lists fields like the given propagator', () => {
    const withSpan = w3c.extract(ROOT_CONTEXT, { traceparent: SAMPLED }, defaultTextMapGetter);
    const carrier = {};
    propagator.inject(withSpan, carrier, defaultTextMapSetter);
    expect(carrier).toEqual({ traceparent: SAMPLED });
    expect(propagator.fields()).toEqual(w3c.fields());
  });

  it('replaces an extracted span by one with an invalid span context', () => {
    const extracted = apiTrace.getSpanContext(extractFrom({ traceparent: SAMPLED }, ROOT_CONTEXT));
    expect(extracted?.traceId).toBe('0'.repeat(32));
  });

  it('returns the base if the carrier has no trace, and keeps its span', () => {
    const base = apiTrace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE, spanId: PARENT, traceFlags: 1 });
    expect(extractFrom({}, base)).toBe(base);
    expect(extractFrom({}, ROOT_CONTEXT)).toBe(ROOT_CONTEXT);
  });
});

describe('createRemoteLinkProcessor', () => {
  it('adds a link to the replaced caller only', () => {
    const addLink = vi.fn<(link: Link) => void>();
    const processor = createRemoteLinkProcessor();
    const propagator = new UntrustedRemotePropagator(new W3CPropagator());
    const span = { addLink } as unknown as Span;
    const unrelated = apiTrace.setSpanContext(ROOT_CONTEXT, {
      traceId: TRACE,
      spanId: PARENT,
      traceFlags: 1,
    });
    for (const parent of [ROOT_CONTEXT, unrelated]) processor.onStart(span, parent);
    expect(addLink).not.toHaveBeenCalled();
    processor.onStart(span, propagator.extract(ROOT_CONTEXT, { traceparent: SAMPLED }, defaultTextMapGetter));
    expect(addLink.mock.calls).toMatchObject([[{ context: { traceId: TRACE, spanId: PARENT } }]]);
  });

  it('flushes and shuts down without work', async () => {
    const processor = createRemoteLinkProcessor();
    await expect(processor.forceFlush()).resolves.toBeUndefined();
    await expect(processor.shutdown()).resolves.toBeUndefined();
  });
});
