// OpenTelemetry's processors and serializers give the same bytes for our spans and for its own.

import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { TracerProvider } from '../../../src/engine/index.js';
import { contextWith } from '../../support/engine-fixture.js';

const ids = () => {
  let next = 0;
  const id = (digits: number) => () => (++next).toString(16).padStart(digits, '0');
  return { generateTraceId: id(32), generateSpanId: id(16) };
};

async function exportFrom(
  ProviderClass: typeof BasicTracerProvider,
  createProcessor: (exporter: InMemorySpanExporter) => SpanProcessor,
): Promise<ReadableSpan[]> {
  const exporter = new InMemorySpanExporter();
  const resource = resourceFromAttributes({ 'service.name': 'shop' });
  const provider = new ProviderClass({
    spanProcessors: [createProcessor(exporter)],
    idGenerator: ids(),
    resource,
  });
  const tracer = provider.getTracer('shop', '1.2.3');
  const root = tracer.startSpan('order', {
    kind: SpanKind.SERVER,
    startTime: [100, 1],
    attributes: { s: 'a', n: 1.5, i: 2, b: true, l: ['x', 'y'] },
  });
  const child = tracer.startSpan(
    'pay',
    {
      kind: SpanKind.CLIENT,
      startTime: [100, 2],
      links: [{ context: root.spanContext(), attributes: { a: 1 } }],
    },
    contextWith(root),
  );
  child.addEvent('charged', { amount: 5 }, [100, 3]).setStatus({ code: SpanStatusCode.ERROR, message: 'no' });
  child.end([100, 4]);
  root.end([100, 5]);
  await provider.forceFlush();
  return exporter.getFinishedSpans();
}

describe.each([
  ['SimpleSpanProcessor', (exporter: InMemorySpanExporter) => new SimpleSpanProcessor(exporter)],
  ['BatchSpanProcessor', (exporter: InMemorySpanExporter) => new BatchSpanProcessor(exporter)],
])('%s', (_, createProcessor) => {
  it.each([
    ['JSON', JsonTraceSerializer],
    ['protobuf', ProtobufTraceSerializer],
  ])('exports the same %s as for OpenTelemetry’s spans, byte for byte', async (_name, serializer) => {
    const [theirs, ours] = [
      await exportFrom(BasicTracerProvider, createProcessor),
      await exportFrom(TracerProvider, createProcessor),
    ];
    expect(ours).toHaveLength(2);
    const bytes = [theirs, ours].map(spans =>
      Buffer.from(serializer.serializeRequest(spans)!).toString('latin1'),
    );
    expect(bytes[1]).toBe(bytes[0]);
  });
});
