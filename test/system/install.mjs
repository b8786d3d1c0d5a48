// What the system tests need beside npm's development dependencies: brokers from Debian, clients from npm, a Python
// environment, a program built with Go. All of it is installed once, outside the repository, and found again by the
// next run.

import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CACHE, npmFolder } from './folders.mjs';

const run = promisify(execFile);

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The instrumentations that the queue adapters must get along with. */
const INSTRUMENTATIONS = {
  '@opentelemetry/instrumentation-amqplib': '0.70.0',
  '@opentelemetry/instrumentation-aws-sdk': '0.78.0',
  '@opentelemetry/instrumentation-ioredis': '0.71.0',
  '@opentelemetry/instrumentation-kafkajs': '0.32.0',
  'bullmq-otel': '2.0.1',
};

/** A folder of this run's own, in which the packed package is installed beside the clients of `examples/queues`. */
export async function installApp(tarball) {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'examples/queues/package.json'), 'utf8'));
  const packages = { ...dependencies, ...INSTRUMENTATIONS, '@do/trace': `file:${tarball}` };
  const app = await npmFolder('app', packages);
  // As they stand in the repository, except that what they import is found in the folder above.
  for (const programs of ['examples/queues', 'test/system/programs']) {
    const filter = file => !file.endsWith('package.json');
    cpSync(join(ROOT, programs), join(app, programs), { recursive: true, filter });
  }
  return app;
}

/**
 * Makes sure that a program is there, from a Debian package if need be. The package's services are not started: the
 * tests run servers of their own, and end them.
 */
export async function debian(program, packages) {
  const path = await find(program);
  if (path !== undefined) return path;
  const policy = '/usr/sbin/policy-rc.d';
  const root = process.getuid?.() === 0;
  const as = (command, args) => run(root ? command : 'sudo', root ? args : ['-n', command, ...args], APT);
  const ours = !existsSync(policy);
  try {
    if (ours) await as('sh', ['-c', `printf '#!/bin/sh\\nexit 101\\n' >${policy} && chmod 755 ${policy}`]);
    await as('apt-get', ['update']);
    for (const [index, name] of packages.entries()) {
      try {
        await as('apt-get', ['install', '-y', '--no-install-recommends', name]);
        break;
      } catch (error) {
        if (index === packages.length - 1) throw error; // The names differ between releases of Debian.
      }
    }
  } finally {
    if (ours) await as('rm', ['-f', policy]);
  }
  const installed = await find(program);
  if (installed === undefined)
    throw new Error(`${packages.join(' or ')} was installed and has no ${program}`);
  return installed;
}

const APT = { timeout: 300_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };

/** A Python with packages in an environment of its own; `name` tells environments apart. */
export async function python(packages, name = 'python') {
  const folder = join(CACHE, name);
  const path = join(folder, 'bin/python');
  const stamp = join(folder, '.installed');
  const wanted = packages.join('\n');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return path;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  await run('python3', ['-m', 'venv', folder], { timeout: 120_000 });
  await run(path, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], {
    timeout: 300_000,
  });
  writeFileSync(stamp, wanted);
  return path;
}

/** Why a machine cannot build this Go module: it has no Go, or an older one than `go.mod` asks for. */
export function whyNoGo(source) {
  const [, wanted] = /^go ([\d.]+)/m.exec(readFileSync(join(source, 'go.mod'), 'utf8')) ?? [];
  return whyNoTool('Go', wanted);
}

/** How a toolchain that a machine may lack tells its version. */
const TOOLS = {
  Go: { program: 'go', ask: ['env', 'GOVERSION'] },
  Java: { program: 'java', ask: ['-version'] },
  Python: { program: 'python3', ask: ['--version'] },
};

/**
 * Why a machine cannot run what needs this toolchain: it is not there, or older than needed.
 *
 * @param {'Go' | 'Java' | 'Python'} tool which
 * @param {string} wanted the oldest version that will do
 */
export async function whyNoTool(tool, wanted) {
  const { program, ask } = TOOLS[tool];
  const path = await find(program);
  if (path === undefined) return `${tool} is not installed`;
  // Java tells its version on the standard error.
  const { stdout, stderr } = await run(path, ask, { env: GO });
  const [installed] = /\d+(\.\d+)*/.exec(stdout + stderr) ?? ['0'];
  return isAtLeast(installed, wanted)
    ? undefined
    : `${tool} ${installed} is installed, and ${wanted} is needed`;
}

/** A program built from a folder with a Go module, whose `go.sum` says what is downloaded. */
export async function goProgram(source) {
  const folder = join(CACHE, 'go');
  const program = join(folder, 'service');
  const stamp = join(folder, '.built');
  const wanted = ['go.mod', 'go.sum', 'main.go']
    .map(file => readFileSync(join(source, file), 'utf8'))
    .join('\n');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return program;
  mkdirSync(folder, { recursive: true });
  rmSync(stamp, { force: true });
  const options = ['-mod=readonly', '-trimpath', '-buildvcs=false', '-o', program];
  await run('go', ['build', ...options, '.'], { cwd: source, env: GO, timeout: 300_000 });
  writeFileSync(stamp, wanted);
  return program;
}

// The toolchain that is installed, and no other that it would download.
export const GO = { ...process.env, GOTOOLCHAIN: 'local', GOWORK: 'off' };

function isAtLeast(installed, wanted) {
  const [have, need] = [installed, wanted].map(version => version.split('.').map(Number));
  const index = need.findIndex((part, at) => part !== (have[at] ?? 0));
  return index === -1 || (have[index] ?? 0) > need[index];
}

async function find(program) {
  const path = `${process.env.PATH}:/usr/sbin:/usr/local/sbin:/usr/lib/rabbitmq/bin`;
  try {
    const { stdout } = await run('sh', ['-c', `command -v ${program}`], { env: { PATH: path } });
    return stdout.trim();
  } catch {
    return undefined; // Not installed.
  }
}
