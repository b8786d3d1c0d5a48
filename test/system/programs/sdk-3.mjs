// Our provider with parts of OpenTelemetry's SDK 3: its batch processor, its OTLP exporter and a sampler written for it.
// `node sdk-3.mjs http|proto` sends the ids of the spans, and the names that the sampler received, to its parent.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { context, createTraceState, SpanStatusCode, trace } from '@opentelemetry/api';
import { BatchSpanProcessor, SamplingDecision } from '@opentelemetry/sdk-trace';

const protocol = process.argv[2];
const { OTLPTraceExporter } = await import(`@opentelemetry/exporter-trace-otlp-${protocol}`);
const root = dirname(createRequire(import.meta.url).resolve('@do/trace/package.json'));
const load = path => import(pathToFileURL(join(root, 'build/cjs', path)).href);
const { TracerProvider } = await load('engine/index.js');
const { resourceFromAttributes } = createRequire(join(root, 'package.json'))('@opentelemetry/resources');

const sampledNames = [];
const sampler = {
  shouldSample(_context, traceId, name) {
    sampledNames.push(name);
    if (!/^[0-9a-f]{32}$/.test(traceId)) throw new Error('no trace id');
    if (name === 'health') return { decision: SamplingDecision.NOT_RECORD };
    return {
      decision: SamplingDecision.RECORD_AND_SAMPLED,
      attributes: { 'sampled.by': 'rule-7' },
      traceState: createTraceState('rule=7'),
    };
  },
  toString: () => 'Rule',
};
const exporter = new OTLPTraceExporter({ url: process.env.ENDPOINT });
const provider = new TracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'shop' }),
  sampler,
  spanProcessors: [new BatchSpanProcessor({ exporter })],
});
const tracer = provider.getTracer('shop', '1.2.3');
const order = tracer.startSpan('order', { attributes: { 'order.id': 4711 } });
tracer.startSpan('health').end();
const payment = tracer.startSpan('payment', {}, trace.setSpan(context.active(), order));
payment.addEvent('reserved', { items: 3 });
payment.setStatus({ code: SpanStatusCode.ERROR, message: 'no funds' });
payment.end();
order.end();
await provider.forceFlush();
await provider.shutdown();
const { traceId, spanId } = order.spanContext();
process.send({ sampledNames, ids: [traceId, spanId, payment.spanContext().spanId] });
process.disconnect();
