import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { nextStartOrder, recordFailure } from '../../../src/span/record-failure.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { openTestSpan } from '../../support/open-test-span.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeAll(() => {
  tracing = startOwnTracing();
});
afterEach(() => tracing.reset());
afterAll(() => tracing.stop());

describe('recordFailure', () => {
  it('sets the status and error.type, and adds one event', () => {
    const { span } = openTestSpan('work');
    const error = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    recordFailure(span, error, nextStartOrder());
    span.end();
    expect(tracing.span('work')).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: 'refused' },
      attributes: { 'error.type': 'ECONNREFUSED' },
      events: [{ name: 'exception', attributes: { 'exception.type': 'Error' } }],
    });
  });

  it('adds no event for an error that a span inside recorded', () => {
    const outer = openTestSpan('outer');
    const order = nextStartOrder();
    outer.run(() => {
      const error = new Error('deep');
      recordFailure(outer.span, error, nextStartOrder());
      recordFailure(outer.span, error, order);
    });
    outer.end();
    expect(tracing.span('outer').events).toHaveLength(1);
  });

  it('changes nothing if isError returns false, and records the failure if it throws', () => {
    const expected = openTestSpan('expected');
    recordFailure(expected.span, new Error('x'), nextStartOrder(), () => false);
    expected.end();
    const unknown = openTestSpan('unknown');
    captureDiagnostics(() =>
      recordFailure(unknown.span, new Error('y'), nextStartOrder(), () => {
        throw new Error('isError');
      }),
    );
    unknown.end();
    expect(tracing.span('expected').status.code).toBe(SpanStatusCode.UNSET);
    expect(tracing.span('unknown').status.message).toBe('y');
  });

  it('changes nothing on a span that has ended', () => {
    const { span } = openTestSpan('work');
    span.end();
    recordFailure(span, new Error('late'), nextStartOrder());
    expect(tracing.span('work').status.code).toBe(SpanStatusCode.UNSET);
  });

  it('reports a span that throws, and does not throw', () => {
    const span = {
      isRecording() {
        throw new Error('foreign');
      },
    } as unknown as Span;
    expect(captureDiagnostics(() => recordFailure(span, new Error('mine'), 1))).toEqual([
      expect.objectContaining({ code: 'callback_failed', source: 'recording an error on the span' }),
    ]);
  });
});

describe('nextStartOrder', () => {
  it('grows with each span', () => {
    expect(nextStartOrder()).toBeLessThan(nextStartOrder());
  });
});
