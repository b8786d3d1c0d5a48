// Runs W3C's trace-context harness against a service with init(). Started manually:
//
//   git clone https://github.com/w3c/trace-context && npm run build
//   node test/system/w3c-harness.mjs trace-context/test
//
// It needs python3 with aiohttp, and installs Debian's package if that is missing. The harness is available only on GitHub.
// test/contract/w3c-harness-http.test.ts covers the same 41 cases without it.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CASES = 41;
const PYTHON = '/usr/bin/python3';

const directory = process.argv[2];
if (directory === undefined || !existsSync(join(directory, 'test.py'))) {
  console.error('usage: node test/system/w3c-harness.mjs <the folder test of w3c/trace-context>');
  process.exit(2);
}
installAiohttp();

const service = spawn(process.execPath, [fileURLToPath(new URL('w3c/main.mjs', import.meta.url))], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const [endpoint] = await once(createInterface({ input: service.stdout }), 'line');
  const { ran, failed } = await runHarness(endpoint);
  console.log(`${ran - failed} passed, ${failed + Math.max(0, CASES - ran)} failed`);
  process.exitCode = ran === CASES && failed === 0 ? 0 : 1;
} finally {
  service.kill();
}

function installAiohttp() {
  const isInstalled = () => spawnSync(PYTHON, ['-c', 'import aiohttp']).status === 0;
  if (isInstalled()) return;
  spawnSync('apt-get', ['install', '-y', 'python3-aiohttp'], { stdio: 'inherit' });
  if (!isInstalled()) throw new Error('python3-aiohttp could not be installed');
}

/** Runs all cases, and reads the counts from the last lines of Python's unittest. */
async function runHarness(endpoint) {
  const harness = spawn(PYTHON, ['test.py', endpoint], {
    cwd: directory,
    env: { ...process.env, STRICT_LEVEL: '2', SPEC_LEVEL: '2', HARNESS_PORT: String(await freePort()) },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let text = '';
  harness.stderr.setEncoding('utf8').on('data', chunk => {
    text += chunk;
    process.stderr.write(chunk);
  });
  await once(harness, 'close');
  const number = pattern => Number(pattern.exec(text)?.[1] ?? 0);
  return {
    ran: number(/^Ran (\d+) tests/m),
    failed: number(/failures=(\d+)/) + number(/errors=(\d+)/) + number(/skipped=(\d+)/),
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
