// Semantic conventions, "Exceptions on spans": https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/

import type { Span } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { readExceptionAttributes } from '../../../src/engine/record-exception.js';
import { createTestEngine } from '../../support/engine-fixture.js';

class PaymentError extends Error {
  readonly code = '23505';
}

describe('a recorded exception', () => {
  it('is one event with type, message and stack at the given time', () => {
    const { tracer } = createTestEngine();
    const span = tracer.startSpan('a') as Span;
    span.recordException(new TypeError('no'), [3, 4]);
    expect(span.events).toEqual([
      {
        name: 'exception',
        time: [3, 4],
        droppedAttributesCount: 0,
        attributes: {
          'exception.type': 'TypeError',
          'exception.message': 'no',
          'exception.stacktrace': expect.stringMatching(/^TypeError: no\n\s+at /),
        },
      },
    ]);
  });

  it('has its class as type, and its code as a separate attribute', () => {
    expect(readExceptionAttributes(new PaymentError('twice'))).toMatchObject({
      'exception.type': 'PaymentError',
      'exception.code': '23505',
      'exception.message': 'twice',
    });
  });

  it.each([
    [
      'the name of an error of the class Error',
      Object.assign(new Error('x'), { name: 'TimeoutError' }),
      'TimeoutError',
    ],
    ['the name of a DOMException', new DOMException('x', 'AbortError'), 'AbortError'],
    ['Error for a plain error', new Error('x'), 'Error'],
    ['the name of an object that is not an error', { name: 'Odd', message: 'x' }, 'Odd'],
    ['the code of an object without any other field', { code: 12 }, '12'],
  ])('has as type %s', (_, thrown, type) => {
    expect(readExceptionAttributes(thrown)?.['exception.type']).toBe(type);
  });

  it('has its causes in the stack, with bounded cycles and depth', () => {
    const inner = new RangeError('inner', { cause: 'a text' });
    const error = new Error('outer', { cause: inner });
    Object.assign(inner, { cause: error });
    const stack = String(readExceptionAttributes(error)?.['exception.stacktrace']);
    expect(stack).toContain('Caused by: RangeError: inner');
    expect(stack.match(/Caused by/g)).toHaveLength(1);
    let chain = new Error('0');
    for (let i = 1; i < 100; i++) chain = new Error(String(i), { cause: chain });
    expect(String(readExceptionAttributes(chain)?.['exception.stacktrace']).match(/Caused by/g)).toHaveLength(
      8,
    );
    const many = new AggregateError([new Error('one'), 'two'], 'all');
    expect(readExceptionAttributes(many)?.['exception.stacktrace']).toMatch(
      /Caused by: Error: one[^]*Caused by: two/,
    );
  });

  it('is not recorded without type, code and message', () => {
    for (const thrown of [1, null, undefined, '', {}, { foo: 1 }, { stack: 'x' }, ['a'], new Date(0)]) {
      expect(readExceptionAttributes(thrown)).toBeUndefined();
    }
  });

  it('may be an object with getters that throw, or a revoked proxy', () => {
    const bad = {
      get message(): never {
        throw new Error('no');
      },
      name: 'Bad',
    };
    const { proxy, revoke } = Proxy.revocable(new Error('x'), {});
    revoke();
    expect(readExceptionAttributes(bad)).toEqual({ 'exception.type': 'Bad' });
    expect(() => readExceptionAttributes(proxy)).not.toThrow();
    expect(() => readExceptionAttributes(new Error('x', { cause: proxy }))).not.toThrow();
  });
});
