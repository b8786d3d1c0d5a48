// Instrumented servers for one test each, and their ended spans.

import { createServer, IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http';
import { type AddressInfo, connect, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { context, metrics, propagation, SpanKind } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { BasicTracerProvider, ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { onTestFinished } from 'vitest';
import { createDiagnostics, stderrLogger } from '../../src/core/diagnostics.js';
import { TracerProvider } from '../../src/engine/provider.js';
import { instrument } from '../../src/instrument/instrument.js';
import type { Instrumentation, InstrumentOption } from '../../src/instrument/types.js';

/** The provider and the ended spans of one test. */
export interface SpanRecording {
  readonly provider: TracerProvider;
  /** The spans that have ended. */
  readonly spans: ReadableSpan[];
  /**
   * Enables instrumentations until the end of the test: those of an option, or only these objects.
   *
   * @returns a function that disables them earlier
   */
  enable(
    option: InstrumentOption | readonly Instrumentation[],
    tracerProvider?: BasicTracerProvider,
  ): () => void;
  /** Waits until this number of spans of a kind have ended. */
  waitForSpans(count: number, kind?: SpanKind): Promise<ReadableSpan[]>;
}

/** Registers context manager and propagator until the end of the test, and creates a provider that collects ended spans. */
export function startRecording(): SpanRecording {
  const ended: ReadableSpan[] = [];
  let notifyWaiting = (): void => {};
  const processor: SpanProcessor = {
    onStart() {},
    onEnd(span) {
      ended.push(span);
      notifyWaiting();
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  onTestFinished(() => {
    context.disable();
    propagation.disable();
    metrics.disable();
  });
  const provider = new TracerProvider({ spanProcessors: [processor] });
  return {
    provider,
    spans: ended,
    enable(option, tracerProvider = provider) {
      const diagnostics = createDiagnostics({ logger: stderrLogger, level: 'none' });
      const dependencies = { tracerProvider, diagnostics, directories: [] };
      const { disable } = isList(option)
        ? instrument({ http: false, fetch: false }, { ...dependencies, instrumentations: option })
        : instrument(option, dependencies);
      onTestFinished(disable);
      return disable;
    },
    async waitForSpans(count, kind = SpanKind.SERVER) {
      for (;;) {
        const spans = ended.filter(span => span.kind === kind);
        if (spans.length >= count) return spans;
        await new Promise<void>(resolve => {
          notifyWaiting = resolve;
        });
      }
    },
  };
}

/** Starts a server on loopback until the end of the test. @returns its port */
export async function listen(listener: RequestListener, server: Server = createServer()): Promise<number> {
  server.on('request', listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Sends the head of a request as text. @returns the whole response, as text */
export async function sendRequest(port: number, head: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`${head.replaceAll('\n', '\r\n')}\r\nConnection: close\r\n\r\n`);
  return text(socket);
}

/** Creates a request and its response without a connection. */
export function createExchange(
  headers: Readonly<Record<string, string>> = {},
): [IncomingMessage, ServerResponse] {
  const socket = new Socket();
  const request = new IncomingMessage(socket);
  Object.assign(request, { method: 'GET', url: '/orders', headers: { host: 'shop.example', ...headers } });
  onTestFinished(() => void socket.destroy());
  return [request, new ServerResponse(request)];
}

function isList(option: InstrumentOption | readonly Instrumentation[]): option is readonly Instrumentation[] {
  return Array.isArray(option);
}
