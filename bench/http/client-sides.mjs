// The tracers of the client, each with a function that runs a callback in a span, one that hands over the ended spans, and their
// number so far. No side sends its spans, so that the figures contain the instrumentations and not an exporter.

import { context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { byHand } from '../by-hand.mjs';

/** Each has the number of spans of one request, and a function that starts it. */
export const SIDES = {
  untraced: { spans: 0, start: () => ({ span: (_name, fn) => fn(), flush: async () => {}, count: () => 0 }) },
  'ours, the span alone': { spans: 1, start: () => ours({ instrument: false }) },
  ours: { spans: 2, start: () => ours({}) },
  'OpenTelemetry, the span alone': { spans: 1, start: () => openTelemetry([]) },
  OpenTelemetry: {
    spans: 2,
    start: () => openTelemetry([new HttpInstrumentation(), new UndiciInstrumentation()]),
  },
};

async function ours(options) {
  const { init, trace } = await import('@do/trace');
  const { exporter, count } = createCountingExporter();
  init({ service: 'bench', exporter, logLevel: 'error', ...options });
  return { span: trace.span, flush: () => trace.flush(), count };
}

function openTelemetry(instrumentations) {
  const { exporter, count } = createCountingExporter();
  // The default queue of BatchSpanProcessor has 2,048 spans, and some of a round would be dropped.
  const processor = new BatchSpanProcessor(exporter, { maxQueueSize: 1_000_000 });
  const provider = new BasicTracerProvider({ spanProcessors: [processor] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  for (const instrumentation of instrumentations) instrumentation.setTracerProvider(provider);
  const tracer = provider.getTracer('bench');
  return { span: (name, fn) => byHand(tracer, name, fn), flush: () => processor.forceFlush(), count };
}

function createCountingExporter() {
  let spans = 0;
  const exporter = {
    export(batch, done) {
      spans += batch.length;
      done({ code: 0 });
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  return { exporter, count: () => spans };
}
