// `npm run test:mutation [-- folder ...]`: changes one place in the code at a time and looks whether a test fails.
// A seeded sample of 150 mutants per folder. Prints the share of killed mutants and every survivor with its reason from
// survivors.json, and fails if a folder has less than 80 % or a survivor has no reason.

import { fork } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { mutantsOf, sampleOf } from './mutators.mjs';

const SAMPLE = 150;
const SEED = 'do-trace';
const MIN_SCORE = 0.8;
const LIMIT_MS = 60_000;
/** The tests of each folder besides `test/unit/<folder>`. */
const SUITES = {
  w3c: ['test/contract/w3c-harness.test.ts'],
  sampling: ['test/contract/sampler.test.ts', 'test/unit/setup/create-tail-processor.test.ts'],
  delivery: ['test/contract/delivery.test.ts'],
  propagation: ['test/contract/carrier.test.ts', 'test/contract/w3c-harness-propagator.test.ts'],
  redact: [],
};

const asked = process.argv.slice(2);
const folders = Object.keys(SUITES).filter(folder => asked.length === 0 || asked.includes(folder));
const reasons = JSON.parse(readFileSync(new URL('survivors.json', import.meta.url), 'utf8'));
const started = performance.now();
const results = [];
let isFailed = false;

for (const folder of folders) {
  const result = await testFolder(folder);
  results.push(result);
  const { killed, survivors } = result;
  const total = killed + survivors.length;
  const score = killed / total;
  console.log(`${folder}: ${killed} of ${total} mutants killed, ${(100 * score).toFixed(1)} %`);
  for (const { id, file, line, description } of survivors) {
    const reason = reasons[id];
    if (reason === undefined) isFailed = true;
    console.log(`  survived ${id} ${file}:${line} ${description}: ${reason ?? 'NO REASON'}`);
  }
  if (score < MIN_SCORE) isFailed = true;
}
mkdirSync('bench/results', { recursive: true });
const summary = results.map(({ folder, killed, survivors }) => ({
  folder,
  killed,
  survived: survivors.length,
  score: killed / (killed + survivors.length),
}));
if (asked.length === 0) {
  writeFileSync(
    'bench/results/mutation.json',
    `${JSON.stringify({ seed: SEED, folders: summary }, null, 2)}\n`,
  );
}
console.log(`${Math.round((performance.now() - started) / 1000)} s`);
process.exitCode = isFailed ? 1 : 0;

async function testFolder(folder) {
  const files = listFiles(`src/${folder}`).filter(file => file.endsWith('.ts'));
  const all = files.flatMap(file => mutantsOf(file, readFileSync(file, 'utf8')));
  const queue = sampleOf(all, SAMPLE, SEED);
  const tests = listFiles(`test/unit/${folder}`).filter(file => file.endsWith('.test.ts'));
  const suite = [...tests, ...SUITES[folder]];
  await checkUnchanged(folder, suite);
  let killed = 0;
  const survivors = [];
  await Promise.all(
    Array.from({ length: Math.min(2, availableParallelism()) }, async () => {
      const shard = createShard();
      for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
        const mirrored = mutant.file.replace(/^src/, 'test/unit').replace(/\.ts$/, '.test.ts');
        const first = suite.filter(file => file === mirrored);
        const rest = suite.filter(file => file !== mirrored);
        const groups = [first, rest].filter(group => group.length > 0);
        if (await shard.isKilled(mutant, groups)) killed++;
        else survivors.push(mutant);
      }
      shard.stop();
    }),
  );
  return { folder, killed, survivors: survivors.sort((a, b) => (a.file < b.file ? -1 : a.line - b.line)) };
}

/** A mutant counts only against tests that pass without it. */
async function checkUnchanged(folder, suite) {
  const shard = createShard();
  const failed = await shard.isKilled(undefined, [suite]);
  shard.stop();
  if (failed) throw new Error(`the tests of ${folder} fail without a mutant`);
}

/** A process with a vitest instance. One that hangs on a mutant is ended and replaced; the mutant counts as killed. */
function createShard() {
  let child;
  let ready;

  function start() {
    child = fork(new URL('shard.mjs', import.meta.url), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    ready = new Promise(resolve => child.once('message', resolve));
  }

  function stop() {
    child?.kill('SIGKILL');
    child = undefined;
  }

  return {
    stop,
    async isKilled(mutant, groups) {
      if (child === undefined) start();
      await ready;
      const limitMs = mutant === undefined ? 10 * LIMIT_MS : LIMIT_MS;
      const answer = await new Promise(resolve => {
        const timer = setTimeout(() => resolve({ killed: true, isStuck: true }), limitMs);
        const finish = message => {
          clearTimeout(timer);
          resolve(message ?? { killed: true, isStuck: true });
        };
        child.once('message', finish);
        child.once('exit', () => finish(undefined));
        child.send({ next: mutant, groups });
      });
      child?.removeAllListeners();
      if (answer.isStuck) stop();
      if (answer.problem !== undefined) throw new Error(answer.problem);
      return answer.killed;
    },
  };
}

function listFiles(directory) {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
}
