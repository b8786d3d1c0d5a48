import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { getActiveSpan } from '../../../src/span/active-span.js';
import { endSpan } from '../../../src/span/open-span.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { openTestSpan } from '../../support/open-test-span.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeAll(() => {
  tracing = startOwnTracing();
});
afterEach(() => tracing.reset());
afterAll(() => tracing.stop());

describe('an open span', () => {
  it('runs steps in its context', () => {
    const open = openTestSpan('work');
    expect(open.run(() => getActiveSpan())).toBe(open.span);
    expect(getActiveSpan()).toBeUndefined();
  });

  it('ends once, and a later failure changes nothing', () => {
    const open = openTestSpan('work');
    open.end();
    open.fail(new Error('late'));
    open.end();
    expect(tracing.span('work').status.code).toBe(SpanStatusCode.UNSET);
  });

  it('records its failure', () => {
    openTestSpan('work').fail(new TypeError('broken'));
    expect(tracing.span('work')).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: 'broken' },
      attributes: { 'error.type': 'TypeError' },
    });
  });

  it('leaves the status unset if isError returns false', () => {
    openTestSpan('work', () => false).fail(new Error('expected'));
    expect(tracing.span('work').status.code).toBe(SpanStatusCode.UNSET);
  });
});

describe('endSpan', () => {
  it('reports an exception of end() and does not throw', () => {
    const span = {
      end() {
        throw new Error('foreign processor');
      },
    } as unknown as Span;
    expect(captureDiagnostics(() => endSpan(span))).toEqual([
      expect.objectContaining({ code: 'callback_failed', source: 'span.end()' }),
    ]);
  });
});
