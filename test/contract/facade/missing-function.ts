// Facade functions without the function that they run.

import { describe, expect, it } from 'vitest';
import { trace } from '../../../src/span/trace.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';

export function facadeMissingFunction(): void {
  describe('a facade function without a function', () => {
    it.each<[string, () => unknown]>([
      ["trace.span('x')", () => trace.span('x', undefined as never)],
      ["trace.wrap('x')", () => trace.wrap('x', undefined as never)],
      ['trace.bind', () => trace.bind(undefined as never)],
      ['trace.detached', () => trace.detached(undefined as never)],
      ['trace.suppress', () => trace.suppress(undefined as never)],
      ['trace.withSpan', () => trace.withSpan(trace.startSpan('y'), undefined as never)],
      ["trace.continue('x')", () => trace.continue({}, 'x', undefined as never)],
      ['trace.withBaggage', () => trace.withBaggage({}, undefined as never)],
    ])('%s reports it and throws nothing', (call, run) => {
      const captured = captureDiagnostics(() => expect(run()).toBeUndefined());
      expect(captured.map(({ level, code, source }) => [level, code, source])).toEqual([
        ['error', 'function_missing', call],
      ]);
    });
  });
}
