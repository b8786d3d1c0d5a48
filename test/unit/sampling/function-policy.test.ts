import { SpanKind } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import { createDiagnostics } from '../../../src/core/diagnostics.js';
import { createFunctionPolicy } from '../../../src/sampling/function-policy.js';
import { toThreshold } from '../../../src/spans/threshold.js';

const { diagnostics } = globalState;
const root = { name: 'root', kind: SpanKind.SERVER, attributes: { tenant: 'acme' } };
let lines: string[] = [];

beforeEach(() => {
  lines = [];
  const push = (line: string): void => void lines.push(line);
  globalState.diagnostics = createDiagnostics({
    logger: { error: push, warn: push, info: push, debug: push },
  });
});
afterEach(() => {
  globalState.diagnostics = diagnostics;
});

it('the function receives the root and selects the ratio', () => {
  const policy = createFunctionPolicy(span => (span.attributes['tenant'] === 'acme' ? 0.5 : 0));
  expect(policy(root)).toBe(toThreshold(0.5));
  expect(policy({ ...root, attributes: {} })).toBeUndefined();
  expect(policy(root)).toBe(toThreshold(0.5));
  expect(lines).toEqual([]);
});

it.each<[unknown, number]>([
  [5, 1],
  [-1, 0],
  [Number.NaN, 1],
  ['0.5', 1],
  [undefined, 1],
  [true, 1],
])('the result %j counts as %j, and is reported once', (result, ratio) => {
  const policy = createFunctionPolicy(() => result as number);
  for (let call = 0; call < 3; call++) expect(policy(root)).toBe(toThreshold(ratio));
  expect(lines.filter(line => line.endsWith('[sample_ratio_invalid]'))).toEqual([
    expect.stringContaining(`so ${ratio} is used`),
  ]);
});

it('a function that throws keeps the trace', () => {
  const policy = createFunctionPolicy(() => {
    throw new Error('broken');
  });
  expect(policy(root)).toBe(toThreshold(1));
  expect(lines).toHaveLength(1);
});
