// Runs the tests against one mutant at a time, as the parent process sends them. One vitest instance serves all mutants: only
// the mutated file is transformed anew.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadConfigFromFile } from 'vite';
import { createVitest } from 'vitest/node';

let mutant;

const plugin = {
  name: 'mutant',
  enforce: 'pre',
  transform(_code, id) {
    if (mutant === undefined || id.split('?')[0] !== resolve(mutant.file)) return undefined;
    const text = readFileSync(mutant.file, 'utf8');
    return { code: text.slice(0, mutant.start) + mutant.replacement + text.slice(mutant.end), map: null };
  },
};

// The projects of vitest.config.ts do not inherit plugins that are added here, so its other settings are taken without them.
const { config } = await loadConfigFromFile({ command: 'serve', mode: 'test' }, resolve('vitest.config.ts'));
const { projects: _projects, coverage: _coverage, ...test } = config.test;

const vitest = await createVitest(
  'test',
  {
    ...test,
    include: ['test/{unit,contract}/**/*.test.ts'],
    watch: false,
    reporters: [{}],
    bail: 1,
    maxWorkers: 1,
    pool: 'threads',
    isolate: true,
    typecheck: { enabled: false },
    testTimeout: 15_000,
    hookTimeout: 15_000,
    silent: true,
  },
  { configFile: false, resolve: config.resolve, plugins: [plugin] },
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

/** Whether all tests of these files pass. */
async function passes(files) {
  const wanted = new Set(files.map(file => resolve(file)));
  const specifications = (await vitest.globTestSpecifications()).filter(({ moduleId }) =>
    wanted.has(moduleId),
  );
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, false);
  if (testModules.length === 0) throw new Error(`no test ran in ${files.join(', ')}`);
  return unhandledErrors.length === 0 && testModules.every(module => module.ok());
}

process.on('message', async ({ next, groups }) => {
  mutant = next;
  if (next !== undefined) invalidate(next.file);
  let killed = false;
  let problem;
  try {
    for (const files of groups) {
      if (await passes(files)) continue;
      killed = true;
      break;
    }
  } catch (error) {
    problem = String(error);
  }
  mutant = undefined;
  if (next !== undefined) invalidate(next.file);
  process.send({ killed, problem });
});
process.send({ ready: true });
