import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { getNestedKeys } from '../../../src/spans/nested-attributes.js';
import { copyAttributes, createSpanView } from '../../../src/spans/span-view.js';
import { TracerProvider } from '../../../src/engine/index.js';

describe.each([
  ['our engine', new TracerProvider()],
  ["OpenTelemetry's SDK", new BasicTracerProvider()],
] as const)('the view of a span of %s', (_, provider) => {
  const span = provider.getTracer('test').startSpan('order', { attributes: { 'order.id': 7 } });
  span.addEvent('paid').end();
  const ended = span as unknown as ReadableSpan;

  it('has the fields of the span, except the changed one', () => {
    const view = createSpanView(ended, { name: 'changed' });
    const fields = Object.keys(view).filter(key => key !== 'name' && key !== 'spanContext');
    expect(fields).toHaveLength(14);
    for (const key of fields) {
      expect(view[key as keyof ReadableSpan]).toEqual(ended[key as keyof ReadableSpan]);
    }
    expect(view.name).toBe('changed');
    expect(view.spanContext()).toBe(ended.spanContext());
    expect(ended.name).toBe('order');
  });

  it('can be viewed again', () => {
    const view = createSpanView(createSpanView(ended, { name: 'changed' }), { attributes: {} });
    expect([view.name, view.attributes]).toEqual(['changed', {}]);
  });
});

it('a copy of attributes remembers which texts are objects', () => {
  const span = new TracerProvider().getTracer('test').startSpan('order');
  span.setAttribute('order', { id: 7 } as never);
  const copy = copyAttributes((span as unknown as ReadableSpan).attributes);
  expect(copy).toEqual({ order: '{"id":7}' });
  expect(getNestedKeys(copy)).toEqual(new Set(['order']));
});
