// `npm run test:mutation [-- folder ...]`: changes one place in the code at a time and looks whether a test fails.
// A seeded sample of 150 mutants per folder. Prints the share of killed mutants and every survivor with its reason from
// survivors.json, and fails if a folder has less than 80 % or a survivor has no reason.

import { fork } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isValid, mutantsOf, mutate, sampleOf } from './mutators.mjs';

const SAMPLE = 150;
const SEED = 'do-trace';
const MIN_SCORE = 0.8;
// The least time limits of a mutant and of one test. They grow with the times that the tests take without a mutant.
const MIN_LIMIT_MS = 60_000;
const MIN_TEST_LIMIT_MS = 15_000;
/** The tests of each folder besides `test/unit/<folder>`. The folder `analysis` comes with the issue that rebuilds it. */
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
  const { killed, timedOut, survivors, seconds } = result;
  const total = killed + survivors.length;
  const score = killed / total;
  console.log(
    `${folder}: ${killed} of ${total} mutants killed, ${(100 * score).toFixed(1)} % (${timedOut} by the time limit), ${seconds} s`,
  );
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
  const start = performance.now();
  const files = listFiles(`src/${folder}`).filter(file => file.endsWith('.ts'));
  const texts = new Map(files.map(file => [file, readFileSync(file, 'utf8')]));
  const all = files.flatMap(file => mutantsOf(file, texts.get(file)));
  const queue = sampleOf(all, SAMPLE, SEED);
  const broken = queue.find(mutant => !isValid(mutate(texts.get(mutant.file), mutant)));
  if (broken !== undefined) throw new Error(`the mutant ${broken.id} in ${broken.file} is a syntax error`);
  const tests = listFiles(`test/unit/${folder}`).filter(file => file.endsWith('.test.ts'));
  const suite = [...tests, ...SUITES[folder]];
  const limits = await checkSuite(folder, suite);
  let killed = 0;
  let timedOut = 0;
  const survivors = [];
  await Promise.all(
    Array.from({ length: Math.min(2, availableParallelism()) }, async () => {
      const shard = createShard(limits);
      for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
        const mirrored = getMirrored(mutant.file);
        const first = suite.filter(file => file === mirrored);
        const rest = suite.filter(file => file !== mirrored);
        const groups = [first, rest].filter(group => group.length > 0);
        const { isKilled, isTimedOut } = await shard.test(mutant, groups);
        if (isTimedOut) timedOut++;
        if (isKilled) killed++;
        else survivors.push(mutant);
      }
      shard.stop();
    }),
  );
  survivors.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  return { folder, killed, timedOut, survivors, seconds: Math.round((performance.now() - start) / 1_000) };
}

/** The test of a source file. */
function getMirrored(file) {
  return file.replace(/^src/, 'test/unit').replace(/\.ts$/, '.test.ts');
}

/**
 * Checks that the tests fail with a file that throws, and that all of them pass without a mutant after that.
 *
 * @returns {Promise<{ limitMs: number, testLimitMs: number }>} the time limits of a mutant and of one test
 */
async function checkSuite(folder, suite) {
  const file = listFiles(`src/${folder}`).find(source => suite.includes(getMirrored(source)));
  const mirrored = getMirrored(file);
  const throwing = { file, start: 0, end: 0, replacement: 'throw new Error();' };
  const shard = createShard({ limitMs: 10 * MIN_LIMIT_MS, testLimitMs: 2 * MIN_LIMIT_MS });
  try {
    const changed = await shard.test(throwing, [[mirrored]]);
    if (!changed.isKilled) throw new Error(`${mirrored} passes although ${file} throws`);
    const start = performance.now();
    const unchanged = await shard.test(undefined, [suite]);
    if (unchanged.isKilled) throw new Error(`the tests of ${folder} fail without a mutant`);
    return {
      limitMs: Math.max(MIN_LIMIT_MS, 5 * (performance.now() - start)),
      testLimitMs: Math.max(MIN_TEST_LIMIT_MS, 5 * unchanged.longestMs),
    };
  } finally {
    shard.stop();
  }
}

/** A process with a vitest instance. One that hangs on a mutant is ended and replaced; the mutant counts as killed. */
function createShard({ limitMs, testLimitMs }) {
  let child;
  let ready;

  function start() {
    const stdio = ['ignore', 'ignore', 'ignore', 'ipc'];
    child = fork(new URL('shard.mjs', import.meta.url), [String(testLimitMs)], { stdio });
    ready = new Promise(resolve => child.once('message', resolve));
  }

  function stop() {
    child?.kill('SIGKILL');
    child = undefined;
  }

  return {
    stop,
    async test(mutant, groups) {
      if (child === undefined) start();
      await ready;
      const answer = await new Promise(resolve => {
        const stuck = { isKilled: true, isTimedOut: true, isStuck: true };
        const timer = setTimeout(() => resolve(stuck), limitMs);
        const finish = message => {
          clearTimeout(timer);
          resolve(message ?? stuck);
        };
        child.once('message', finish);
        child.once('exit', () => finish(undefined));
        child.send({ next: mutant, groups });
      });
      child?.removeAllListeners();
      if (answer.isStuck) stop();
      if (answer.problem !== undefined) throw new Error(answer.problem);
      return answer;
    },
  };
}

function listFiles(directory) {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
}
