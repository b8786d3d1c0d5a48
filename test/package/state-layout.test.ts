// The layout of the shared state against the committed interfaces of its number. Copies of this package of different
// versions share the state if the number is equal, so a change of an interface needs a new number.
//
// After a new LAYOUT in src/core/global-state.ts, `UPDATE_LAYOUT=1 npx vitest run test/package/state-layout.test.ts` writes
// the file of the new number. The file of a released number never changes.

import { existsSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { LAYOUT } from '../../src/core/global-state.js';
import { printReachableTypes } from '../support/reachable-types.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FILE = join(ROOT, 'src/core/global-state.ts');
const CONTRACT = join(ROOT, `test/fixtures/state-layout/${LAYOUT}.txt`);

it('the interfaces of the shared state are those of the layout number', () => {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), path => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const actual = printReachableTypes(ts.createProgram([FILE], options), FILE, 'GlobalState');
  if (process.env['UPDATE_LAYOUT'] === '1') writeFileSync(CONTRACT, actual);
  expect(existsSync(CONTRACT), `there is no ${CONTRACT}`).toBe(true);
  expect(actual, 'Raise LAYOUT in src/core/global-state.ts.').toBe(readFileSync(CONTRACT, 'utf8'));
});
