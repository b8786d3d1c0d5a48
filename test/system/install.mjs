// Installs the requirements of the system tests: brokers from Debian, clients from npm, a Python environment and a program built
// with Go. Each is installed once, outside the repository, and used again by later runs.

import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CACHE, npmFolder } from './folders.mjs';

const run = promisify(execFile);

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The instrumentations that run together with the queue adapters. */
const INSTRUMENTATIONS = {
  '@opentelemetry/instrumentation-amqplib': '0.70.0',
  '@opentelemetry/instrumentation-aws-sdk': '0.78.0',
  '@opentelemetry/instrumentation-ioredis': '0.71.0',
  '@opentelemetry/instrumentation-kafkajs': '0.32.0',
  'bullmq-otel': '2.0.1',
};

/** Creates a folder for this run with the packed package and the clients of `examples/queues`, and returns its path. */
export async function installApp(tarball) {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'examples/queues/package.json'), 'utf8'));
  const packages = { ...dependencies, ...INSTRUMENTATIONS, '@do/trace': `file:${tarball}` };
  const app = await npmFolder('app', packages);
  // The programs are unchanged. Without their package.json they find the packages in the folder above.
  for (const programs of ['examples/queues', 'test/system/programs']) {
    const filter = file => !file.endsWith('package.json');
    cpSync(join(ROOT, programs), join(app, programs), { recursive: true, filter });
  }
  return app;
}

/**
 * Returns the path of a program, and installs its Debian package if it is missing. The services of the package are not started,
 * because the tests start and end their own servers.
 */
export async function debian(program, packages) {
  const path = await find(program);
  if (path !== undefined) return path;
  const policy = '/usr/sbin/policy-rc.d';
  const root = process.getuid?.() === 0;
  const as = (command, args) => run(root ? command : 'sudo', root ? args : ['-n', command, ...args], APT);
  const isPolicyOurs = !existsSync(policy);
  try {
    if (isPolicyOurs)
      await as('sh', ['-c', `printf '#!/bin/sh\\nexit 101\\n' >${policy} && chmod 755 ${policy}`]);
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
    if (isPolicyOurs) await as('rm', ['-f', policy]);
  }
  const installed = await find(program);
  if (installed === undefined)
    throw new Error(`${packages.join(' or ')} was installed and has no ${program}`);
  return installed;
}

const APT = { timeout: 300_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };

/** Creates a virtual environment for Python with packages, and returns the path of its interpreter. */
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

/** Returns the reason why this machine cannot build a Go module: Go is missing, or older than `go.mod` requires. */
export function skipReasonForGoModule(source) {
  const [, wanted] = /^go ([\d.]+)/m.exec(readFileSync(join(source, 'go.mod'), 'utf8')) ?? [];
  return skipReasonForTool('Go', wanted);
}

/** The optional toolchains, with the arguments that print their versions. */
const TOOLS = {
  Go: { program: 'go', versionArgs: ['env', 'GOVERSION'] },
  Java: { program: 'java', versionArgs: ['-version'] },
  Python: { program: 'python3', versionArgs: ['--version'] },
};

/**
 * Returns the reason why this machine cannot use a toolchain: it is missing or too old. Returns undefined if it is usable.
 *
 * @param {'Go' | 'Java' | 'Python'} tool the toolchain
 * @param {string} wanted the oldest usable version
 */
export async function skipReasonForTool(tool, wanted) {
  const { program, versionArgs } = TOOLS[tool];
  const path = await find(program);
  if (path === undefined) return `${tool} is not installed`;
  // Java prints its version on stderr.
  const { stdout, stderr } = await run(path, versionArgs, { env: GO });
  const [installed] = /\d+(\.\d+)*/.exec(stdout + stderr) ?? ['0'];
  return isAtLeast(installed, wanted)
    ? undefined
    : `${tool} ${installed} is installed, but ${wanted} is required`;
}

/** Builds the Go module in a folder, with the dependencies of its `go.sum`, and returns the path of the program. */
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

/** An environment in which Go uses the installed toolchain and downloads no other. */
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
