import type { Attributes } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { getNestedKeys, parseNested, rememberNested } from '../../../src/spans/nested-attributes.js';
import { TracerProvider } from '../../../src/engine/index.js';
import { decodeRequest } from '../../support/spans.js';
import { startDelivery } from '../../support/delivery-fixture.js';
import { FakeBackend } from '../../support/fake-backend.js';
import { VirtualTime } from '../../support/virtual-time.js';

describe('objects as attribute values', () => {
  it('are remembered, without another key', () => {
    const attributes: Attributes = { order: '{"id":1}', plain: '{"id":1}' };
    rememberNested(attributes, 'order', { id: 1 }, '{"id":1}');
    rememberNested(attributes, 'plain', '{"id":1}', '{"id":1}');
    expect([...(getNestedKeys(attributes) ?? [])]).toEqual(['order']);
    expect(Object.keys(attributes)).toEqual(['order', 'plain']);
    expect(JSON.stringify(attributes)).not.toContain('nested');
  });

  it('are no longer remembered after another value replaced them', () => {
    const attributes: Attributes = { order: '{"id":1}' };
    rememberNested(attributes, 'order', { id: 1 }, '{"id":1}');
    rememberNested(attributes, 'order', 'text', 'text');
    expect(getNestedKeys(attributes)?.has('order')).toBe(false);
  });

  it('stay text if they were cut', () => {
    expect(parseNested('{"id":1}')).toEqual({ id: 1 });
    expect(parseNested('{"id":')).toBe('{"id":');
  });

  it('stay as they are if a span processor replaced the text', () => {
    const list = ['a'];
    expect(parseNested(list)).toBe(list);
  });
});

it('an object on a span is text for other exporters and nested in our requests', async () => {
  const time = new VirtualTime();
  const backend = new FakeBackend(time);
  const bodies: Uint8Array[] = [];
  const send = backend.send.bind(backend);
  backend.send = request => {
    bodies.push(request.body);
    return send(request);
  };
  const { delivery } = startDelivery({}, { time, backend });
  const others = new InMemorySpanExporter();
  const provider = new TracerProvider({
    spanProcessors: [delivery.processor, new SimpleSpanProcessor(others)],
    spanLimits: { attributeValueLengthLimit: 80 },
  });
  const span = provider.getTracer('test').startSpan('work');
  span.setAttribute('order', { id: 7, items: ['a', null, 1.5], deep: { ok: true } } as never);
  span.setAttribute('cut', { text: 'x'.repeat(100) } as never);
  span.addEvent('packed', { box: { kg: 2 } as never });
  span.end();
  await time.advance(1_000);

  expect(others.getFinishedSpans()[0]?.attributes['order']).toBe(
    '{"id":7,"items":["a",null,1.5],"deep":{"ok":true}}',
  );
  const request = JSON.stringify(decodeRequest(bodies[0] ?? new Uint8Array()));
  expect(request).toContain(
    '"key":"box","value":{"kvlistValue":{"values":[{"key":"kg","value":{"intValue":"2"',
  );
  expect(request).toContain(
    '"key":"order","value":{"kvlistValue":{"values":[{"key":"id","value":{"intValue":"7"',
  );
  expect(request).toContain(
    '"key":"deep","value":{"kvlistValue":{"values":[{"key":"ok","value":{"boolValue":true',
  );
  expect(request).toContain('"key":"cut","value":{"stringValue":"{');
});
