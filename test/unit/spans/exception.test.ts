import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  getErrorType,
  readErrorDetails,
  readThrownDetails,
  toExceptionAttributes,
} from '../../../src/spans/exception.js';

class PaymentError extends Error {
  readonly code = '23505';
}

const revoked = Proxy.revocable(new Error('x'), {});
revoked.revoke();

describe('readErrorDetails', () => {
  it('reads class, message, code and stack', () => {
    expect(readErrorDetails(new PaymentError('twice'))).toEqual({
      type: 'PaymentError',
      message: 'twice',
      code: '23505',
      stack: expect.stringMatching(/^Error: twice\n\s+at /),
      causes: [],
    });
  });

  it('leaves out the details that an object does not have', () => {
    expect(readErrorDetails({})).toEqual({
      type: undefined,
      message: undefined,
      code: undefined,
      stack: undefined,
      causes: [],
    });
  });

  it.each([
    ['ECONNREFUSED', 'ECONNREFUSED'],
    [12, '12'],
    [0, undefined],
    ['', undefined],
    [{}, undefined],
    ['x'.repeat(1_000), 'x'.repeat(256)],
  ])('reads the code %j as %j', (code, expected) => {
    expect(readErrorDetails(Object.assign(new Error('x'), { code })).code).toBe(expected);
  });

  it('lists each cause once, the nearest first, in the stack as well', () => {
    const inner = new RangeError('inner', { cause: 'a text' });
    const outer = new Error('outer', { cause: inner });
    expect(readErrorDetails(outer).causes).toEqual(['RangeError: inner', 'a text']);
    expect(readErrorDetails(outer).stack).toMatch(
      /^Error: outer[^]*Caused by: RangeError: inner[^]*Caused by: a text$/,
    );
    Object.assign(inner, { cause: outer });
    expect(readErrorDetails(outer).causes).toEqual(['RangeError: inner']);
  });

  it('lists the parts of an AggregateError, and eight causes at most', () => {
    const all = new AggregateError([new Error('one', { cause: new Error('deep') }), 'two'], 'all');
    expect(readErrorDetails(all).causes).toEqual(['Error: one', 'Error: deep', 'two']);
    let chain = new Error('0');
    for (let i = 1; i < 100; i++) chain = new Error(String(i), { cause: chain });
    expect(readErrorDetails(chain).causes).toHaveLength(8);
  });

  it('reads message and code of an AggregateError without them from its first error', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED ::1:81'), { code: 'ECONNREFUSED' });
    const other = Object.assign(new Error('other'), { code: 'ETIMEDOUT' });
    expect(readErrorDetails(new AggregateError([refused, other]))).toMatchObject({
      type: 'AggregateError',
      message: 'connect ECONNREFUSED ::1:81',
      code: 'ECONNREFUSED',
    });
    const own = Object.assign(new AggregateError([refused], 'all failed'), { code: 'EALL' });
    expect(readErrorDetails(own)).toMatchObject({ message: 'all failed', code: 'EALL' });
    for (const errors of [[], ['a text', refused]]) {
      expect(readErrorDetails(new AggregateError(errors))).toMatchObject({
        message: undefined,
        code: undefined,
      });
    }
  });

  it('reads an AggregateError of another realm', () => {
    const foreign: object = runInNewContext(
      "new AggregateError([Object.assign(new Error('one'), { code: 'E' })])",
    );
    expect(foreign).not.toBeInstanceOf(AggregateError);
    expect(readErrorDetails(foreign)).toMatchObject({ message: 'one', code: 'E', causes: ['Error: one'] });
  });

  it('limits the length of message and stack', () => {
    const error = new Error('x'.repeat(100_000));
    expect(readErrorDetails(error).message).toHaveLength(16 * 1024);
    expect(readErrorDetails(error).stack).toHaveLength(16 * 1024);
  });
});

describe('readThrownDetails', () => {
  it.each([
    ['text', { type: 'string', message: 'text' }],
    [undefined, { type: 'undefined', message: 'undefined' }],
    [null, { type: 'null', message: 'null' }],
    [7, { type: 'number', message: '7' }],
    [new TypeError('no'), { type: 'TypeError', message: 'no' }],
    [{ reason: 1 }, { type: 'Object', message: '{"reason":1}' }],
    [['a'], { type: 'Array', message: '["a"]' }],
    [new Date(0), { type: 'Date', message: '"1970-01-01T00:00:00.000Z"' }],
  ])('has type and message of %j', (thrown, expected) => {
    expect(readThrownDetails(thrown)).toMatchObject(expected);
  });

  it('has a message for an object that JSON cannot represent', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    expect(readThrownDetails(cyclic).message).toBe('[object Object]');
    expect(readThrownDetails({ big: 1n }).message).toBe('[object Object]');
  });

  it('never throws', () => {
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error('no');
        },
        getPrototypeOf() {
          throw new Error('no');
        },
      },
    );
    const hostileValues = [revoked.proxy, hostile, Symbol('a'), Object.create(null)];
    const read = (thrown: unknown): void => {
      const { type, message, causes } = readThrownDetails(thrown);
      expect([typeof type, typeof message, Array.isArray(causes)]).toEqual(['string', 'string', true]);
      readThrownDetails(new Error('x', { cause: thrown }));
    };
    for (const thrown of hostileValues) read(thrown);
    fc.assert(fc.property(fc.anything(), read));
  });
});

describe('getErrorType', () => {
  it('is the class, or the code of a plain error', () => {
    expect(getErrorType(readThrownDetails(new PaymentError('x')))).toBe('PaymentError');
    expect(getErrorType(readThrownDetails(Object.assign(new Error('x'), { code: 'ENOENT' })))).toBe('ENOENT');
    expect(getErrorType(readThrownDetails(new Error('x')))).toBe('Error');
    expect(getErrorType(readThrownDetails(Object.assign(new Error('x'), { name: 'TimeoutError' })))).toBe(
      'TimeoutError',
    );
  });
});

describe('getErrorType of an AggregateError', () => {
  it('is the code of the aggregate or of its first error, and the class without one', () => {
    const getType = (error: AggregateError): string => getErrorType(readThrownDetails(error));
    const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
    expect(getType(new AggregateError([refused]))).toBe('ECONNREFUSED');
    expect(getType(Object.assign(new AggregateError([refused]), { code: 'ETIMEDOUT' }))).toBe('ETIMEDOUT');
    expect(getType(new AggregateError([new Error('x'), refused]))).toBe('AggregateError');
    class BatchError extends AggregateError {}
    expect(getType(new BatchError([refused]))).toBe('BatchError');
  });
});

describe('toExceptionAttributes', () => {
  it('has an attribute for each detail', () => {
    const error = new PaymentError('twice', { cause: new Error('first') });
    expect(toExceptionAttributes(readErrorDetails(error))).toEqual({
      'exception.type': 'PaymentError',
      'exception.message': 'twice',
      'exception.code': '23505',
      'exception.stacktrace': expect.stringContaining('Caused by: Error: first'),
      'exception.causes': ['Error: first'],
    });
    expect(toExceptionAttributes(readErrorDetails({}))).toEqual({});
  });
});
