// The tracers of the service, each started as its documentation shows, with a receiver on loopback. Each has a function that
// runs a callback in a span, and one that sends the ended spans.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { byHand } from '../by-hand.mjs';

const quiet = { error: console.error, warn: console.warn, info() {}, debug() {} };

// The default queue of BatchSpanProcessor has 2,048 spans, and most spans of this bench would be dropped.
const QUEUE = { maxQueueSize: 1_000_000 };

/** Each is called with the address of the receiver and the folder with its packages. */
export const SIDES = {
  async untraced() {
    const nothing = { setAttribute() {} };
    return { span: (_name, fn) => fn(nothing), flush: async () => {} };
  },
  ours: ({ url }) => ours(url, {}),
  async 'ours, with instrumentation-http'({ url }) {
    const { HttpInstrumentation } = await import('@opentelemetry/instrumentation-http');
    return ours(url, { instrumentations: [new HttpInstrumentation()] });
  },
  async OpenTelemetry({ url, folder }) {
    const { NodeSDK } = await from(folder, '@opentelemetry/sdk-node');
    const { trace } = await from(folder, '@opentelemetry/api');
    const { OTLPTraceExporter } = await from(folder, '@opentelemetry/exporter-trace-otlp-proto');
    const { HttpInstrumentation } = await from(folder, '@opentelemetry/instrumentation-http');
    const { BatchSpanProcessor } = await from(folder, '@opentelemetry/sdk-trace-base');
    const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces`, compression: 'gzip' });
    const processor = new BatchSpanProcessor(exporter, QUEUE);
    new NodeSDK({
      serviceName: 'bench',
      spanProcessors: [processor],
      instrumentations: [new HttpInstrumentation()],
    }).start();
    const tracer = trace.getTracer('bench');
    return { span: (name, fn) => byHand(tracer, name, fn), flush: () => processor.forceFlush() };
  },
  async autotel({ url, folder }) {
    const { init, span } = await from(folder, 'autotel');
    const { OTLPTraceExporter } = await from(folder, '@opentelemetry/exporter-trace-otlp-proto');
    const { HttpInstrumentation } = await from(folder, '@opentelemetry/instrumentation-http');
    const { BatchSpanProcessor } = await from(folder, '@opentelemetry/sdk-trace-base');
    const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces`, compression: 'gzip' });
    const processor = new BatchSpanProcessor(exporter, QUEUE);
    init({
      service: 'bench',
      metrics: false,
      logs: false,
      autoInstrumentations: false,
      instrumentations: [new HttpInstrumentation()],
      // By default one trace in ten is kept.
      sampling: 'development',
      spanProcessors: [processor],
    });
    return { span, flush: () => processor.forceFlush() };
  },
  async 'dd-trace'({ url, folder }) {
    const { default: datadog } = await from(folder, 'dd-trace');
    const tracer = datadog.init({
      service: 'bench',
      url,
      startupLogs: false,
      // Keeps all traces. The default is at most a hundred per second.
      sampleRate: 1,
      rateLimit: -1,
    });
    const tagged = fn => span => fn({ setAttribute: (key, value) => span.setTag(key, value) });
    // dd-trace has no flush. It sends every two seconds, and the bench waits for its spans.
    return { span: (name, fn) => tracer.trace(name, tagged(fn)), flush: async () => {} };
  },
};

async function ours(url, options) {
  const { init, trace } = await import('@do/trace');
  const { otlp } = await import('@do/trace/exporters');
  const exporter = otlp({ endpoint: url });
  init({ service: 'bench', exporter, logger: quiet, ...options });
  return { span: trace.span, flush: () => trace.flush() };
}

/** Imports a package from the folder in which it is installed. */
function from(folder, name) {
  const require = createRequire(join(folder, 'package.json'));
  return import(pathToFileURL(require.resolve(name)).href);
}
