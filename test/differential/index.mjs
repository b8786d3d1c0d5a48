// `npm run test:differential [-- --built] [program ...]`: runs programs with real libraries untraced, under `init()`, and under
// OpenTelemetry's provider and instrumentations, each in a process of its own. A traced program must behave as it does untraced:
// result, error, requests, unhandled rejections, warnings, output and exit status. Each must have run, and its spans must exist.

import { execFile, execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { pack, temporaryDirectory } from '../../scripts/pack.mjs';
import { npmFolder } from '../system/folders.mjs';
import { OPENTELEMETRY_DIFFERENCES } from './opentelemetry-differences.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = join(HERE, '../..');
const CONCURRENCY = 2;
const LIMIT_MS = 120_000;

const options = process.argv.slice(2);
const all = readdirSync(join(HERE, 'programs')).map(file => basename(file, '.mjs'));
const asked = options.filter(option => !option.startsWith('--'));
const programs = asked.length === 0 ? all : asked;

const directory = temporaryDirectory();
let passed = 0;
let failed = 0;
try {
  if (!options.includes('--built'))
    execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'inherit' });
  const packages = JSON.parse(readFileSync(join(HERE, 'packages.json'), 'utf8'));
  const { tarball } = pack(directory);
  const folder = await npmFolder('differential', { ...packages, '@do/trace': `file:${tarball}` });
  for (const file of ['run-program.mjs', 'programs'])
    cpSync(join(HERE, file), join(folder, file), { recursive: true });
  const queue = [...programs];
  const workers = Array.from({ length: CONCURRENCY }, async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) await compare(folder, name);
  });
  await Promise.all(workers);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

async function compare(folder, name) {
  const untraced = await run(folder, name, 'untraced');
  if (untraced.report === undefined) return result(name, 'untraced', `did not run: ${untraced.output}`);
  const traced = await run(folder, name, 'traced');
  result(name, 'traced equals untraced', findDifference(untraced, traced) ?? findSpanFault(traced.report));
  const theirs = await run(folder, name, 'opentelemetry');
  const difference = findDifference(untraced, theirs);
  const known = OPENTELEMETRY_DIFFERENCES[name];
  // What OpenTelemetry changes as well is known, so that a change of a library is seen.
  const isExpected = (difference === undefined) === (known === undefined);
  result(name, `with OpenTelemetry: ${known ?? 'no difference'}`, isExpected ? undefined : difference);
}

/** Runs a program. Its report is undefined if it did not end as expected. */
function run(cwd, name, side) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([key]) => !/^(OTEL_|DO_TRACE|TRACE|BAGGAGE$|NODE_OPTIONS$)/.test(key),
    ),
  );
  return new Promise(resolve => {
    const args = ['run-program.mjs', name, side];
    execFile(process.execPath, args, { cwd, env, timeout: LIMIT_MS }, (error, stdout, stderr) => {
      const lines = stdout.trimEnd().split('\n');
      const last = lines.pop() ?? '';
      const output = [...lines, stderr.trimEnd()].join('\n').trim();
      try {
        resolve({ status: error?.code ?? 0, output, report: JSON.parse(last) });
      } catch {
        resolve({ status: error?.code ?? 0, output: `${output}\n${last}`.trim(), report: undefined });
      }
    });
  });
}

/** The first difference between two runs, as text. */
function findDifference(untraced, other) {
  if (other.report === undefined) return `status ${other.status}: ${other.output}`;
  for (const key of ['status', 'output']) {
    if (untraced[key] !== other[key]) return `${key}: ${untraced[key]} became ${other[key]}`;
  }
  for (const key of ['result', 'error', 'requests', 'unhandled', 'warnings']) {
    const [before, after] = [untraced.report[key], other.report[key]];
    if (!isDeepStrictEqual(before, after))
      return `${key}: ${JSON.stringify(before)} became ${JSON.stringify(after)}`;
  }
  return undefined;
}

function findSpanFault({ spans, requests }) {
  const clients = spans.filter(({ kind }) => kind === 2).length;
  if (!spans.some(({ kind }) => kind === 0)) return 'no span of the program was exported';
  return clients < requests.length ? `${requests.length} requests have ${clients} client spans` : undefined;
}

function result(name, what, fault) {
  if (fault === undefined) passed++;
  else failed++;
  console.log(
    `${fault === undefined ? 'ok  ' : 'FAIL'}  ${name.padEnd(14)}  ${what}${fault === undefined ? '' : `\n${fault}`}`,
  );
}
