import { expect, it } from 'vitest';
import { requireFunction } from '../../../src/span/require-function.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';

it('reports a missing function once for each facade function', () => {
  const captured = captureDiagnostics(() => {
    expect(requireFunction(() => 1, 'trace.bind')).toBe(true);
    expect(requireFunction(Map, 'trace.bind')).toBe(true);
    for (const value of [undefined, {}, 'fn']) expect(requireFunction(value, 'trace.bind')).toBe(false);
    expect(requireFunction(null, 'trace.suppress')).toBe(false);
  });
  expect(captured.map(({ level, code, source }) => [level, code, source])).toEqual([
    ['error', 'function_missing', 'trace.bind'],
    ['error', 'function_missing', 'trace.suppress'],
  ]);
});

it('names the accepted values', () => {
  const captured = captureDiagnostics(() => {
    requireFunction({}, 'trace.suppress');
    requireFunction({}, 'trace.bind', 'a function or an event emitter');
  });
  expect(captured).toMatchObject([
    { message: 'trace.suppress was called without a function', fix: 'Pass a function to trace.suppress.' },
    {
      message: 'trace.bind was called without a function or an event emitter',
      fix: 'Pass a function or an event emitter to trace.bind.',
    },
  ]);
});
