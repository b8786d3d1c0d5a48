// Preloaded before a service of the shop. Starts tracing with the exporter under test and a `memory` exporter. On request it sends
// the ended spans and the delivery statistics to its parent.

import { init, trace } from '@do/trace';
import { datadog, jaeger, memory, otlp } from '@do/trace/exporters';

const KINDS = ['internal', 'server', 'client', 'producer', 'consumer'];
const EXPORTERS = { datadog, jaeger, otlp };
const { service, exporter, options, zipkin } = JSON.parse(process.env.RECORD);
const kept = memory();

init({
  service: { name: service, version: '1.2.3', environment: 'test' },
  exporter: exporter === undefined ? [kept] : [EXPORTERS[exporter](options), kept],
  processors: zipkin === undefined ? [] : [await zipkinExporter(zipkin)],
  logger: { error: console.error, warn: () => {}, info: () => {}, debug: () => {} },
});

process.on('message', async message => {
  if (message !== 'report') return;
  const stats = await trace.flush({ timeoutMs: 60_000 });
  process.send({ spans: kept.spans.map(toPlainSpan), stats: stats.exporters ?? stats });
});
process.once('disconnect', () => process.exit());

async function zipkinExporter(url) {
  const { ZipkinExporter } = await import('@opentelemetry/exporter-zipkin');
  return new ZipkinExporter({ url });
}

/** Converts a span to the form of `backends/spans.mjs`: ids in hex, times in nanoseconds as strings. */
function toPlainSpan(span) {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const parent = span.parentSpanContext;
  return {
    service: span.resource.attributes['service.name'],
    traceId,
    spanId,
    parentSpanId: parent?.spanId ?? '',
    traceState: traceState?.serialize() ?? '',
    flags: traceFlags + 0x100 + (parent?.isRemote ? 0x200 : 0),
    name: span.name,
    kind: KINDS[span.kind],
    start: nanoseconds(span.startTime),
    end: nanoseconds(span.endTime),
    status: { code: span.status.code, message: span.status.message ?? '' },
    attributes: span.attributes,
    events: span.events.map(({ name, time, attributes = {} }) => ({
      name,
      time: nanoseconds(time),
      attributes,
    })),
    links: span.links.map(({ context, attributes = {} }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      traceState: context.traceState?.serialize() ?? '',
      attributes,
    })),
    scope: { name: span.instrumentationScope.name, version: span.instrumentationScope.version ?? '' },
    resource: span.resource.attributes,
  };
}

function nanoseconds([seconds, rest]) {
  return String(BigInt(seconds) * 1_000_000_000n + BigInt(rest));
}
