import { createServer, get, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, propagation, type TracerProvider, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { suppressTracing, W3CTraceContextPropagator } from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createDiagnostics, stderrLogger } from '../../../src/core/diagnostics.js';
import { instrument } from '../../../src/instrument/instrument.js';
import type { Instrumentation, InstrumentOption } from '../../../src/instrument/types.js';

const exporter = new InMemorySpanExporter();
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

beforeEach(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});
afterEach(() => {
  exporter.reset();
  context.disable();
  propagation.disable();
});

function enable(
  option: InstrumentOption,
  provider: TracerProvider = tracerProvider,
  instrumentations: readonly Instrumentation[] = [],
): () => void {
  const diagnostics = createDiagnostics({ logger: stderrLogger, level: 'none' });
  const dependencies = { tracerProvider: provider, diagnostics, instrumentations, directories: [] };
  const { disable } = instrument(option, dependencies);
  onTestFinished(disable);
  return disable;
}

async function startServer(): Promise<{ url: string; traceparents: (string | undefined)[] }> {
  const traceparents: (string | undefined)[] = [];
  const server = createServer((incoming, response) => {
    traceparents.push(incoming.headers['traceparent'] as string | undefined);
    response.end('ok');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, traceparents };
}

async function callWith(send: typeof get, url: string): Promise<void> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    send(url, resolve).on('error', reject).end();
  });
  for await (const _ of response);
}

const kinds = (): number[] => exporter.getFinishedSpans().map(span => span.kind);
const SERVER = 1;
const CLIENT = 2;

describe('patches of built-in modules', () => {
  it('reach functions that were imported before', async () => {
    enable({ fetch: false });
    const { url } = await startServer();
    await callWith(request, url);
    await callWith(get, url);
    const spans = exporter.getFinishedSpans();
    expect(kinds().sort()).toEqual([SERVER, SERVER, CLIENT, CLIENT]);
    for (const client of spans.filter(span => span.kind === CLIENT)) {
      const id = client.spanContext().spanId;
      const served = spans.filter(span => span.parentSpanContext?.spanId === id);
      expect(served.map(span => span.kind)).toEqual([SERVER]);
      expect(served[0]?.spanContext().traceId).toBe(client.spanContext().traceId);
    }
  });

  it('connect the spans of fetch and of the server', async () => {
    enable({});
    const { url } = await startServer();
    const tracer = tracerProvider.getTracer('test');
    await tracer.startActiveSpan('caller', async span => {
      await (await fetch(url)).text();
      span.end();
    });
    const spans = exporter.getFinishedSpans();
    expect(new Set(spans.map(span => span.spanContext().traceId)).size).toBe(1);
    expect(kinds().sort()).toEqual([0, SERVER, CLIENT]);
  });

  it('are removed by disable(), and applied again by the next call', async () => {
    const { url } = await startServer();
    enable({})();
    await callWith(request, url);
    await (await fetch(url)).text();
    expect(exporter.getFinishedSpans()).toEqual([]);
    enable({});
    await callWith(request, url);
    await (await fetch(url)).text();
    expect(kinds().sort()).toEqual([SERVER, SERVER, CLIENT, CLIENT]);
  });

  it('are left out if another set-up instruments http already', async () => {
    const otherProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    enable({ fetch: false }, otherProvider, [new HttpInstrumentation()]);
    enable({});
    const { url } = await startServer();
    await callWith(request, url);
    expect(kinds().sort()).toEqual([SERVER, CLIENT]);
  });

  it('create no span and send no header while tracing is suppressed, as in exporters', async () => {
    enable({});
    const { url, traceparents } = await startServer();
    await context.with(suppressTracing(context.active()), async () => {
      await callWith(request, url);
      await (await fetch(url)).text();
    });
    expect(traceparents).toEqual([undefined, undefined]);
    // The server does not know that its client suppressed tracing.
    expect(kinds()).toEqual([SERVER, SERVER]);
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});
