// The same work written by hand with OpenTelemetry's API, as its documentation shows it: the base of the comparisons.

import { context, SpanStatusCode, trace } from '@opentelemetry/api';

/** A span around an async function. */
export const byHand = (tracer, name, fn) =>
  tracer.startActiveSpan(name, async span => {
    try {
      return await fn(span);
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw error;
    } finally {
      span.end();
    }
  });

/** A span around a function that returns a plain value. */
export const byHandSync = (tracer, name, fn) =>
  tracer.startActiveSpan(name, span => {
    try {
      return fn(span);
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw error;
    } finally {
      span.end();
    }
  });

/** A span around a generator, active while its body runs. */
export function* byHandGenerator(tracer, name, fn) {
  const span = tracer.startSpan(name);
  const inSpan = trace.setSpan(context.active(), span);
  const generator = context.with(inSpan, fn);
  try {
    while (true) {
      const step = context.with(inSpan, () => generator.next());
      if (step.done) return step.value;
      yield step.value;
    }
  } finally {
    span.end();
  }
}

/** One attribute and one event on a span. */
export const work = async span => {
  span.setAttribute('order.id', 4711);
  span.addEvent('reserved', { items: 3 });
  return 1;
};

/** Counts ended spans and keeps none, so that no exporter is measured. */
export class CountingProcessor {
  ended = 0;
  onStart() {}
  onEnd() {
    this.ended++;
  }
  forceFlush() {
    return Promise.resolve();
  }
  shutdown() {
    return Promise.resolve();
  }
}
