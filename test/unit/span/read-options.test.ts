import { describe, expect, it } from 'vitest';
import { readIsErrorOption, readStreamOption } from '../../../src/span/read-options.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';

const throwing = {
  get stream(): boolean {
    throw new Error('getter');
  },
  get isError(): () => boolean {
    throw new Error('getter');
  },
};

describe('an option that is read after the function', () => {
  it('is returned', () => {
    const isError = (): boolean => false;
    expect([readStreamOption({ stream: true }), readStreamOption({})]).toEqual([true, false]);
    expect(readStreamOption({ stream: 'yes' as never })).toBe(false);
    expect([readIsErrorOption({ isError }), readIsErrorOption(undefined)]).toEqual([isError, undefined]);
  });

  it('has its default if its getter throws, which is reported', () => {
    const captured = captureDiagnostics(() => {
      expect([readStreamOption(throwing), readIsErrorOption(throwing)]).toEqual([false, undefined]);
    });
    expect(captured.map(({ source }) => source)).toEqual([
      'the option stream of trace.span',
      'the option isError of trace.span',
    ]);
  });
});
