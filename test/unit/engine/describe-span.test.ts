import { createTraceState } from '@opentelemetry/api';
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { defineDescription, describeContext, describeSpan } from '../../../src/engine/describe-span.js';
import { makeSpan } from '../../support/spans.js';

it('a description has the fields of a span, and plain ids', () => {
  const span = makeSpan();
  const { spanContext, resource, ...fields } = describeSpan(span);
  expect(spanContext).toEqual(describeContext(span));
  expect(resource).toEqual({ attributes: span.resource.attributes });
  for (const [key, value] of Object.entries(fields)) expect(value).toBe(span[key as keyof typeof span]);
});

it('ids show the tracestate as text', () => {
  const context = { traceId: '1', spanId: '2', traceFlags: 1, isRemote: true };
  expect(describeContext({ spanContext: () => context })).toEqual(context);
  const traceState = createTraceState('a=1');
  expect(describeContext({ spanContext: () => ({ ...context, traceState }) })).toEqual({
    ...context,
    traceState: 'a=1',
  });
});

it('JSON and inspect show the description, and the methods are not enumerable', () => {
  class Work {
    readonly secret = 'hunter2';
  }
  defineDescription(Work, ({ secret }) => ({ length: secret.length }));
  const work = new Work();
  expect([JSON.stringify(work), inspect(work)]).toEqual(['{"length":7}', 'Work { length: 7 }']);
  expect(Object.keys(Work.prototype)).toEqual([]);
});
