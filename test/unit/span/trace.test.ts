import { afterEach, expect, it } from 'vitest';
import { trace } from '../../../src/span/trace.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing | undefined;
afterEach(() => tracing?.stop());

it('the facade is frozen, and its functions work without it', () => {
  tracing = startOwnTracing();
  expect(Object.isFrozen(trace)).toBe(true);
  const { span, setAttribute, ids, continue: continueTrace } = trace;
  span('outer', () => {
    setAttribute('a', 1);
    continueTrace({}, 'inner', () => expect(ids()?.sampled).toBe(true));
  });
  expect(tracing.spans().map(({ name, attributes }) => [name, attributes])).toEqual([
    ['inner', {}],
    ['outer', { a: 1 }],
  ]);
});
