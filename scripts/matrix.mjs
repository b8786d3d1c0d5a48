// Runs the packed and installed package on every supported Node: `npm run test:matrix`. `-- --built` uses the existing dist.
// Nothing is skipped: a Node that cannot be downloaded is a failure.
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { nodeBinary } from './nodes.mjs';
import { install, pack, temporaryDirectory } from './pack.mjs';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** 20.6.0 is the smallest Node the package promises; of the others the newest. */
const NODES = ['20.6.0', '20', '22', '24', '26'];

/** What the programs need beside the package; the newest that run on all of these. */
const PACKAGES = ['express@5', '@opentelemetry/instrumentation-express@0.71.0'];

const PROGRAMS = [
  {
    name: 'README program by import',
    args: ['over-otlp.mjs', 'processOrder,order-4711,Shipment dispatched', 'readme.mjs'],
  },
  {
    name: 'README program by require',
    args: ['over-otlp.mjs', 'processOrder,order-4711,Shipment dispatched', 'readme.cjs'],
  },
  {
    name: 'node --import @do/trace/register',
    args: ['over-otlp.mjs', 'registered,/hello', '--import', '@do/trace/register', 'registered.mjs'],
    env: { OTEL_SERVICE_NAME: 'registered' },
  },
  { name: 'late init() in ESM', args: ['late-init.mjs'] },
  { name: 'late init() in CommonJS', args: ['late-init.cjs'] },
  { name: 'ESM and CommonJS copies', args: ['two-copies.mjs'] },
  { name: 'servers of node:http', args: ['server.cjs'] },
  { name: 'clients of node:http', args: ['http-client.mjs'] },
  { name: 'named instrumentation, required', args: ['named-cjs.cjs'] },
  { name: 'named instrumentation, imported', args: ['named-esm.mjs'] },
  { name: 'named too early, or missing', args: ['early-named.cjs'] },
];

const results = { passed: 0, failed: 0 };
const directory = temporaryDirectory();
try {
  if (!process.argv.includes('--built')) {
    execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'inherit' });
  }
  const app = install(pack(directory).tarball, directory, PACKAGES);
  cpSync(join(ROOT, 'test/matrix/programs'), app, { recursive: true });
  for (const range of NODES) await runOn(range, app);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
console.log(`${results.passed} passed, ${results.failed} failed`);
process.exitCode = results.failed === 0 ? 0 : 1;

async function runOn(range, app) {
  let node;
  try {
    node = await nodeBinary(range);
  } catch (error) {
    for (const { name } of PROGRAMS)
      report(false, `Node ${range}`, name, `this Node cannot be downloaded: ${error.message}`);
    return;
  }
  await Promise.all(PROGRAMS.map(program => runProgram(program, node, app)));
}

async function runProgram({ name, args, env }, node, app) {
  try {
    const options = { cwd: app, timeout: 300_000, env: { ...cleanEnvironment(), ...env } };
    const { stdout } = await run(node.path, args, options);
    if (stdout.trim() === '') throw new Error('it ended with status 0 and no output, so nothing was checked');
    report(true, node.version, name, stdout.trim());
  } catch (error) {
    const text = `${error.message}\n${error.stdout ?? ''}`;
    report(false, node.version, name, text.split('\n').slice(0, 20).join('\n'));
  }
}

/** The environment without variables that would affect the programs. */
function cleanEnvironment() {
  const entries = Object.entries(process.env).filter(
    ([key]) => !/^(OTEL_|TRACE|NODE_OPTIONS$|BAGGAGE$)/.test(key),
  );
  return Object.fromEntries(entries);
}

function report(passed, version, name, text) {
  results[passed ? 'passed' : 'failed']++;
  console.log(`${passed ? 'ok  ' : 'FAIL'}  ${version.padEnd(9)}  ${name.padEnd(34)}  ${text}`);
}
