import { describe, expect, test } from 'vitest';
import { type Attributes, type Problem, readTraces } from '../../../../src/analysis/index.js';
import {
  getServiceName,
  setAttribute,
  toSpanKind,
  toStatus,
} from '../../../../src/analysis/read/otlp-model.js';
import { readOneSpan, requestWithSpan } from '../../../support/otlp-requests.js';

describe('spans without valid ids', () => {
  test.each<[string, object]>([
    ['a short trace id', { traceId: 'abc' }],
    ['a trace id of zeros', { traceId: '0'.repeat(32) }],
    ['a span id that is not hex', { spanId: 'g'.repeat(16) }],
    ['no span id', { spanId: '' }],
  ])('%s: the span is left out and reported', (_, span) => {
    const problems: Problem[] = [];
    expect(readTraces(requestWithSpan(span), { onProblem: problem => problems.push(problem) })).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['invalid_span']);
  });

  test('a parent id of zeros is no parent', () => {
    expect(readOneSpan(requestWithSpan({ parentSpanId: '0'.repeat(16) })).parentSpanId).toBeUndefined();
  });
});

describe('enums', () => {
  test.each([
    [0, 'internal'],
    [1, 'internal'],
    [2, 'server'],
    [3, 'client'],
    [4, 'producer'],
    [5, 'consumer'],
    [6, 'internal'],
  ])('the span kind %i is %s', (value, kind) => {
    expect(toSpanKind(value)).toBe(kind);
  });

  test.each([
    [0, 'unset'],
    [1, 'ok'],
    [2, 'error'],
    [3, 'unset'],
  ])('the status code %i is %s', (value, code) => {
    expect(toStatus(value, '')).toEqual({ code });
    expect(toStatus(value, 'why')).toEqual({ code, message: 'why' });
  });
});

test.each<[Attributes, string]>([
  [{ 'service.name': 'orders' }, 'orders'],
  [{ 'service.name': '' }, 'unknown_service'],
  [{ 'service.name': 7 }, 'unknown_service'],
  [{}, 'unknown_service'],
])('the service of the resource %j is %s', (resource, service) => {
  expect(getServiceName(resource)).toBe(service);
});

test('an attribute called __proto__ does not change the prototype', () => {
  const attributes: Attributes = {};
  setAttribute(attributes, '__proto__', 'x');
  setAttribute(attributes, 'a', 1);
  expect(Object.entries(attributes)).toEqual([
    ['__proto__', 'x'],
    ['a', 1],
  ]);
  expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype);
});
