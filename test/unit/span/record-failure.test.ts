import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import { nextStartOrder, recordFailure, recordReportedError } from '../../../src/span/record-failure.js';
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

  it('records the failure if isError returns a promise, which is reported', () => {
    const { span } = openTestSpan('async');
    const captured = captureDiagnostics(() =>
      recordFailure(span, new Error('x'), nextStartOrder(), (async () => false) as never),
    );
    span.end();
    expect(tracing.span('async').status.code).toBe(SpanStatusCode.ERROR);
    expect(captured).toMatchObject([{ code: 'callback_failed', source: 'isError' }]);
    expect(captured[0]?.message).toContain('returned a promise');
  });

  it('stores that an error is expected, so that no span around records it', () => {
    const outer = openTestSpan('outer');
    const order = nextStartOrder();
    const error = new Error('expected');
    let asked = 0;
    outer.run(() => {
      const inner = openTestSpan('inner');
      recordFailure(inner.span, error, nextStartOrder(), () => false);
      inner.end();
      recordFailure(outer.span, error, order, () => {
        asked++;
        return true;
      });
    });
    outer.end();
    for (const name of ['inner', 'outer']) {
      expect(tracing.span(name)).toMatchObject({
        status: { code: SpanStatusCode.UNSET },
        events: [],
        attributes: {},
      });
    }
    expect(asked).toBe(0);
  });

  it('asks the option of init() for a span without its own', () => {
    globalState.isError = error => error !== 'expected';
    try {
      for (const [name, isError] of [
        ['without', undefined],
        ['own', () => true],
      ] as const) {
        const { span } = openTestSpan(name);
        recordFailure(span, 'expected', nextStartOrder(), isError);
        span.end();
      }
    } finally {
      globalState.isError = undefined;
    }
    expect(tracing.span('without').status.code).toBe(SpanStatusCode.UNSET);
    expect(tracing.span('own').status.code).toBe(SpanStatusCode.ERROR);
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

describe('recordReportedError', () => {
  it('adds an event with further attributes, and sets the status unless the error is handled', () => {
    for (const isHandled of [true, false]) {
      const { span } = openTestSpan(`handled: ${isHandled}`);
      recordReportedError(span, new RangeError('limit'), { attempt: 2 }, isHandled);
      span.end();
    }
    const event = { name: 'exception', attributes: { 'exception.type': 'RangeError', attempt: 2 } };
    expect(tracing.span('handled: true')).toMatchObject({
      status: { code: SpanStatusCode.UNSET },
      events: [event],
    });
    expect(tracing.span('handled: true').attributes).toEqual({});
    expect(tracing.span('handled: false')).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: 'limit' },
      attributes: { 'error.type': 'RangeError' },
      events: [event],
    });
  });

  it('leaves the event on the span if the same error is thrown afterwards', () => {
    const { span } = openTestSpan('work');
    const order = nextStartOrder();
    const error = new Error('x');
    recordReportedError(span, error, undefined, true);
    recordFailure(span, error, order);
    span.end();
    expect(tracing.span('work').events).toHaveLength(1);
    expect(tracing.span('work').status.code).toBe(SpanStatusCode.ERROR);
  });

  it('reports a span that throws, and does not throw', () => {
    const span = {
      isRecording() {
        throw new Error('foreign');
      },
    } as unknown as Span;
    const captured = captureDiagnostics(() => recordReportedError(span, new Error('mine'), undefined, false));
    expect(captured.map(({ code }) => code)).toEqual(['callback_failed']);
  });
});

describe('nextStartOrder', () => {
  it('grows with each span', () => {
    expect(nextStartOrder()).toBeLessThan(nextStartOrder());
  });
});
