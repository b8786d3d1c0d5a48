// Starts the processes of the demo, and ends each of them by its own process id.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const END_WITH_PARENT = new URL('end-with-parent.mjs', import.meta.url).href;
const READY_WITHIN_MS = 60_000;
const END_WITHIN_MS = 5_000;

/** Starts processes, and keeps them in the order of their start. */
export class Processes {
  #running = [];
  #ending = false;
  #fail;

  /** Rejects when a process ends that was not asked to. */
  failed = new Promise((_, reject) => {
    this.#fail = reject;
  });

  constructor() {
    this.failed.catch(() => {}); // whoever waits for something waits for this too
  }

  /**
   * Starts a program with Node.
   *
   * @param {string} name for messages
   * @param {URL} file the program
   * @param {{ args?: string[], env?: Record<string, string>, onError?: (line: string) => void }} options what it is
   *   given, and who reads its standard error
   */
  start(name, file, { args = [], env = {}, onError = line => console.error(`${name}: ${line}`) } = {}) {
    if (this.#ending) throw new Error('interrupted');
    // A process group of its own: Ctrl-C reaches the demo alone, and the demo ends everything in order.
    const child = spawn(process.execPath, ['--import', END_WITH_PARENT, fileURLToPath(file), ...args], {
      env: { ...plainEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    this.#running.push({ name, child });
    createInterface({ input: child.stderr }).on('line', onError);
    child.on('error', error => this.#fail(new Error(`${name} could not be started: ${error.message}`)));
    child.on('exit', (code, signal) => {
      if (!this.#ending) this.#fail(new Error(`${name} ended by itself (${signal ?? `status ${code}`})`));
    });
    return child;
  }

  /** Starts a service; resolves with its port when it is ready. */
  async startService(name, env) {
    const child = this.start(name, new URL(`../${name}.mjs`, import.meta.url), { env });
    const [{ port }] = await this.orFailure(once(child, 'message'), `${name} is not ready`);
    return port;
  }

  /** What the promise resolves with, unless a process fails first or it takes longer than a minute. */
  async orFailure(promise, complaint) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => {
        const what = typeof complaint === 'function' ? complaint() : complaint;
        reject(new Error(`${what} after ${READY_WITHIN_MS / 1000} s`));
      }, READY_WITHIN_MS);
    });
    try {
      return await Promise.race([promise, this.failed, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the last started first, so that every service can still send its spans. */
  async endAll() {
    this.#ending = true;
    this.#fail(new Error('interrupted')); // whatever is still waited for
    for (const { child } of this.#running.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) continue;
      const ended = once(child, 'exit');
      const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(timer);
    }
  }
}

/** The environment without what would point the shop's traces elsewhere. */
function plainEnvironment() {
  const entries = Object.entries(process.env);
  return Object.fromEntries(
    entries.filter(([name]) => !/^(OTEL_|TRACE_|TRACEPARENT$|TRACESTATE$|BAGGAGE$|PORT$)/.test(name)),
  );
}
