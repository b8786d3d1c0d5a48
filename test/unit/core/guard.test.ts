// A rejection that nothing handles would fail this test run.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDiagnostics, type Diagnostics } from '../../../src/core/diagnostics.js';
import { globalState } from '../../../src/core/global-state.js';
import { guarded, isAccepted, reportFault } from '../../../src/core/guard.js';

const rejects = async (): Promise<never> => {
  throw new Error('too late');
};
const throws = (): never => {
  throw new Error('at once');
};

let messages: string[] = [];
let before: Diagnostics;
beforeEach(() => {
  messages = [];
  before = globalState.diagnostics;
  const push = (message: string): void => void messages.push(message);
  globalState.diagnostics = createDiagnostics({
    logger: { error: push, warn: push, info: push, debug: push },
  });
});
afterEach(() => {
  globalState.diagnostics = before;
});

describe('guarded', () => {
  it('returns the result of the callback', () => {
    expect(guarded('isError', () => 5, 6)).toBe(5);
    expect(messages).toEqual([]);
  });

  it('returns the fallback if the callback throws, and reports it', () => {
    expect(guarded('isError', throws, 6)).toBe(6);
    expect(messages).toEqual([
      'isError threw Error: at once; the application is not affected [callback_failed]',
    ]);
  });

  it('reports the rejection of a promise once, like an exception', async () => {
    await Promise.allSettled([
      guarded('isError', rejects, undefined),
      guarded('isError', rejects, undefined),
    ]);
    expect(messages).toEqual([
      'isError threw Error: too late; the application is not affected [callback_failed]',
    ]);
  });

  it('returns the same promise', async () => {
    const promise = Promise.resolve(5);
    expect(guarded('isError', () => promise, undefined)).toBe(promise);
    expect(messages).toEqual([]);
  });
});

describe('isAccepted', () => {
  it.each([true, false, 1, 'true', undefined])('accepts true only: %j', answer => {
    expect(isAccepted('propagate.from', () => answer)).toBe(answer === true);
    expect(messages).toEqual([]);
  });

  it.each([
    [
      'a promise',
      async () => true,
      'propagate.from threw TypeError: it returned a promise, which counts as false',
    ],
    ['an exception', throws, 'propagate.from threw Error: at once'],
    ['a rejection', rejects, 'propagate.from threw TypeError: it returned a promise, which counts as false'],
  ])('refuses %s, and reports it', async (_, ask, message) => {
    expect(isAccepted('propagate.from', ask)).toBe(false);
    await Promise.resolve();
    expect(messages).toEqual([`${message}; the application is not affected [callback_failed]`]);
  });
});

describe('reportFault', () => {
  it('reports each callback once', () => {
    reportFault('a', new Error('1'));
    reportFault('a', new Error('2'));
    reportFault('b', 'text');
    expect(messages).toEqual([
      'a threw Error: 1; the application is not affected [callback_failed]',
      'b threw text; the application is not affected [callback_failed]',
    ]);
  });
});
