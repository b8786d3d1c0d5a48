import { describe, expect, it } from 'vitest';
import {
  createEnvironmentStorage,
  toVariableName,
} from '../../../../src/propagation/carriers/environment.js';

describe('toVariableName', () => {
  it.each([
    ['traceparent', 'TRACEPARENT'],
    ['x-datadog-trace-id', 'X_DATADOG_TRACE_ID'],
    ['b3.flag', 'B3_FLAG'],
  ])('converts %s to %s', (header, variable) => {
    expect(toVariableName(header)).toBe(variable);
  });
});

describe('createEnvironmentStorage', () => {
  it('reads, writes and lists variables', () => {
    const env: Record<string, string> = { TRACEPARENT: '1' };
    const storage = createEnvironmentStorage(env);
    storage.write('BAGGAGE', '2');
    expect([storage.read('TRACEPARENT'), env.BAGGAGE, [...storage.names()]]).toEqual([
      '1',
      '2',
      ['TRACEPARENT', 'BAGGAGE'],
    ]);
    expect(storage.formatName?.('tracestate')).toBe('TRACESTATE');
  });
});
