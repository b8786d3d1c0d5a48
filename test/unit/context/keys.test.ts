import { INVALID_SPAN_CONTEXT, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { isTracingSuppressed, suppressTracing } from '@opentelemetry/core';
import { expect, it } from 'vitest';
import { SPAN_KEY, SUPPRESS_KEY } from '../../../src/context/keys.js';

it('the keys are those of the API and the SDK', () => {
  const span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  expect(trace.setSpan(ROOT_CONTEXT, span).getValue(SPAN_KEY)).toBe(span);
  expect(trace.getSpan(ROOT_CONTEXT.setValue(SPAN_KEY, span))).toBe(span);
  expect(suppressTracing(ROOT_CONTEXT).getValue(SUPPRESS_KEY)).toBe(true);
  expect(isTracingSuppressed(ROOT_CONTEXT.setValue(SUPPRESS_KEY, true))).toBe(true);
});
