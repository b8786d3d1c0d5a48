// Runs the tests against one mutant at a time, as the parent process sends them. One vitest instance serves all mutants: only
// the mutated file is transformed anew.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVitest } from 'vitest/node';
import { mutate } from './mutators.mjs';

const testLimitMs = Number(process.argv[2]);
let mutant;

const plugin = {
  name: 'mutant',
  enforce: 'pre',
  transform(_code, id) {
    if (mutant === undefined || id.split('?')[0] !== resolve(mutant.file)) return undefined;
    return { code: mutate(readFileSync(mutant.file, 'utf8'), mutant), map: null };
  },
};

const vitest = await createVitest(
  'test',
  {
    config: fileURLToPath(new URL('vitest.config.ts', import.meta.url)),
    root: process.cwd(),
    watch: false,
    reporters: [{}],
    bail: 1,
    maxWorkers: 1,
    pool: 'threads',
    typecheck: { enabled: false },
    testTimeout: testLimitMs,
    hookTimeout: testLimitMs,
    silent: true,
  },
  { plugins: [plugin] },
);

function invalidate(file) {
  for (const project of vitest.projects) {
    for (const environment of Object.values(project.vite.environments)) {
      for (const module of environment.moduleGraph.getModulesByFile(resolve(file)) ?? []) {
        environment.moduleGraph.invalidateModule(module);
      }
    }
  }
}

/** Runs test files. */
async function runTests(files) {
  const wanted = new Set(files.map(file => resolve(file)));
  const isWanted = ({ moduleId }) => wanted.has(moduleId);
  const specifications = (await vitest.globTestSpecifications()).filter(isWanted);
  if (specifications.length < wanted.size) throw new Error(`not all of these are tests: ${files.join(', ')}`);
  // The failures of an earlier mutant would count for `bail`, which then ends this run before its first test.
  for (const collection of [vitest.state.idMap, vitest.state.filesMap, vitest.state.errorsSet])
    collection.clear();
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, false);
  // Vitest returns the modules of earlier runs as well, with their failures by other mutants.
  const modules = testModules.filter(isWanted);
  const tests = modules.flatMap(module => [...module.children.allTests()]);
  return {
    isPassed: unhandledErrors.length === 0 && modules.every(module => module.ok()),
    isTimedOut: tests.some(test => test.result().errors?.some(isTimeout)),
    longestMs: Math.max(0, ...tests.map(test => test.diagnostic()?.duration ?? 0)),
  };
}

function isTimeout({ message }) {
  return /^(Test|Hook) timed out in /.test(message);
}

process.on('message', async ({ next, groups }) => {
  mutant = next;
  if (next !== undefined) invalidate(next.file);
  const answer = { isKilled: false, isTimedOut: false, longestMs: 0 };
  try {
    for (const files of groups) {
      const { isPassed, isTimedOut, longestMs } = await runTests(files);
      answer.longestMs = Math.max(answer.longestMs, longestMs);
      if (isPassed) continue;
      answer.isKilled = true;
      answer.isTimedOut = isTimedOut;
      break;
    }
  } catch (error) {
    answer.problem = String(error);
  }
  mutant = undefined;
  if (next !== undefined) invalidate(next.file);
  process.send(answer);
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
