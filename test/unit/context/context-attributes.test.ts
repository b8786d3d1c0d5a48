import { ROOT_CONTEXT } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addContextAttributes, getContextAttributes } from '../../../src/context/context-attributes.js';
import { globalState } from '../../../src/core/global-state.js';

let uses: boolean;
beforeEach(() => {
  uses = globalState.usesContextAttributes;
  globalState.usesContextAttributes = false;
});
afterEach(() => {
  globalState.usesContextAttributes = uses;
});

it('searches no context before attributes are added for the first time', () => {
  const context = {
    getValue() {
      throw new Error('the context was searched');
    },
  } as never;
  expect(getContextAttributes(context)).toBeUndefined();
  addContextAttributes(ROOT_CONTEXT, { a: 1 });
  expect(() => getContextAttributes(context)).toThrow('searched');
});

it('adds attributes to those of the context, and changes neither', () => {
  const outer = addContextAttributes(ROOT_CONTEXT, { a: 1, b: 1 });
  const inner = addContextAttributes(outer, { b: 2 });
  expect([ROOT_CONTEXT, outer, inner].map(getContextAttributes)).toEqual([
    undefined,
    { a: 1, b: 1 },
    { a: 1, b: 2 },
  ]);
});
