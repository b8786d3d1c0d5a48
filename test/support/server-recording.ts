// Servers under instrumentation, for one test each, and the spans that have ended.

import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { context, metrics, propagation, SpanKind } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { BasicTracerProvider, ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { onTestFinished } from 'vitest';
import { createDiagnostics, stderrLogger } from '../../src/core/diagnostics.js';
import { TracerProvider } from '../../src/engine/provider.js';
import { instrument } from '../../src/instrument/instrument.js';
import type { InstrumentOption } from '../../src/instrument/types.js';

/** What one test records with. */
export interface Recording {
  readonly provider: TracerProvider;
  /** Switches instrumentations on until the test is over; the answer takes them back earlier. */
  switchOn(option: InstrumentOption, tracerProvider?: BasicTracerProvider): () => void;
  /** The spans of a kind that have ended, as soon as there are so many. */
  spans(count: number, kind?: SpanKind): Promise<ReadableSpan[]>;
}

/** Registers context manager and propagator, and a provider that keeps what ends; all until the test is over. */
export function startRecording(): Recording {
  const ended: ReadableSpan[] = [];
  let told = (): void => {};
  const processor: SpanProcessor = {
    onStart() {},
    onEnd(span) {
      ended.push(span);
      told();
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
    switchOn(option, tracerProvider = provider) {
      const diagnostics = createDiagnostics({ logger: stderrLogger, level: 'none' });
      const { disable } = instrument(option, { tracerProvider, diagnostics, directories: [] });
      onTestFinished(disable);
      return disable;
    },
    async spans(count, kind = SpanKind.SERVER) {
      for (;;) {
        const found = ended.filter(span => span.kind === kind);
        if (found.length >= count) return found;
        await new Promise<void>(resolve => {
          told = resolve;
        });
      }
    },
  };
}

/** Lets a server listen on loopback until the test is over; answers its port. */
export async function listen(listener: RequestListener, server: Server = createServer()): Promise<number> {
  server.on('request', listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Sends a request as it is written, and answers with what came back until the server closed the connection. */
export async function send(port: number, head: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`${head.replaceAll('\n', '\r\n')}\r\nConnection: close\r\n\r\n`);
  return text(socket);
}
