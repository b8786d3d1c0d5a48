// An open span on the active tracer, for tests of streams, generators and thenables.

import { ROOT_CONTEXT } from '@opentelemetry/api';
import { getActiveTracer } from '../../src/span/active-tracer.js';
import { OpenSpan } from '../../src/span/open-span.js';
import { nextStartOrder } from '../../src/span/record-failure.js';
import { startSpanOn } from '../../src/span/start-span.js';
import type { SpanOptions } from '../../src/span/types.js';

/**
 * Starts a span on the active tracer.
 *
 * @param name the name of the span
 * @param isError the option `isError`
 */
export function openTestSpan(name: string, isError?: SpanOptions['isError']): OpenSpan {
  const tracer = getActiveTracer();
  if (tracer === undefined) throw new Error('no tracer is active');
  const span = startSpanOn(tracer, name, undefined, ROOT_CONTEXT);
  return new OpenSpan(span, nextStartOrder(), tracer.setSpan(ROOT_CONTEXT, span), tracer, isError);
}
