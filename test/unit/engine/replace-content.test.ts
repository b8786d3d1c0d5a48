import { ROOT_CONTEXT } from '@opentelemetry/api';
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect, it } from 'vitest';
import { replaceContent, TracerProvider } from '../../../src/engine/index.js';
import { createSpanView } from '../../../src/spans/span-view.js';

const startSpan = (Provider: typeof BasicTracerProvider): ReadableSpan =>
  new Provider().getTracer('test').startSpan('work', {}, ROOT_CONTEXT) as unknown as ReadableSpan;

const changesOf = (span: ReadableSpan): Parameters<typeof createSpanView>[1] => ({
  name: 'changed',
  attributes: { a: '***' },
  events: [{ name: 'e', time: [1, 0] }],
  links: [{ context: span.spanContext() }],
  status: { code: 2, message: '***' },
  context: { ...span.spanContext(), traceFlags: 3 },
});

it('a span of this package gets the content of the view', () => {
  const span = startSpan(TracerProvider);
  const view = createSpanView(span, changesOf(span));
  expect(replaceContent(span, view)).toBe(span);
  const { context, ...fields } = changesOf(span);
  expect(span).toMatchObject(fields);
  expect(span.spanContext()).toEqual(context);
});

it('the view is returned for a span of another package, and the span if there is no view', () => {
  const theirs = startSpan(BasicTracerProvider);
  const view = createSpanView(theirs, changesOf(theirs));
  expect(replaceContent(theirs, view)).toBe(view);
  const ours = startSpan(TracerProvider);
  expect(replaceContent(ours, ours)).toBe(ours);
  expect(ours.name).toBe('work');
});
