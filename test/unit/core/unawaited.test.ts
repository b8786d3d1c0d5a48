// Callbacks that should answer at once and are async functions: a rejection of theirs that nobody handles fails the run.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDiagnostics, type Diagnostics } from '../../../src/core/diagnostics.js';
import { guarded } from '../../../src/core/guard.js';
import { globalState } from '../../../src/core/global-state.js';

const fails = async (): Promise<never> => {
  throw new Error('too late');
};

let said: string[] = [];
let before: Diagnostics;
beforeEach(() => {
  said = [];
  before = globalState.diagnostics;
  const note = (message: string): void => void said.push(message);
  const logger = { error: note, warn: note, info: note, debug: note };
  globalState.diagnostics = createDiagnostics({ logger });
});
afterEach(() => {
  globalState.diagnostics = before;
});

it('what rejects is said once, as what throws is', async () => {
  await Promise.allSettled([guarded('isError', fails, undefined), guarded('isError', fails, undefined)]);
  expect(said).toEqual(['isError threw Error: too late; the application is not affected']);
});

it('a promise that is kept is left alone', async () => {
  expect(await guarded('isError', async () => 5, undefined)).toBe(5);
  expect(said).toEqual([]);
});

it('a logger whose methods reject is survived', async () => {
  const logger = { error: fails, warn: fails, info: fails, debug: fails };
  const diagnostics = createDiagnostics({ logger });
  diagnostics.warn('a matter');
  diagnostics.error('another');
  await new Promise(setImmediate);
});
