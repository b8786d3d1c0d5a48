import { describe, expect, test } from 'vitest';
import { type Problem, readTraces } from '../../../../src/analysis/index.js';
import { TRACE_ID } from '../../../support/flat-spans.js';
import { readOneSpan, requestWithSpan } from '../../../support/otlp-requests.js';

describe('spans without valid ids', () => {
  test.each<[string, object]>([
    ['a short trace id', { traceId: 'abc' }],
    ['a trace id of zeros', { traceId: '0'.repeat(32) }],
    ['a span id that is not hex', { spanId: 'g'.repeat(16) }],
    ['no span id', { spanId: '' }],
  ])('%s: left out and said', (_, span) => {
    const problems: Problem[] = [];
    expect(readTraces(requestWithSpan(span), { onProblem: problem => problems.push(problem) })).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['invalid_span']);
  });

  test('a parent id of zeros is no parent', () => {
    expect(readOneSpan(requestWithSpan({ parentSpanId: '0'.repeat(16) })).parentSpanId).toBeUndefined();
  });
});
