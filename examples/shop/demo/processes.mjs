// Starts the processes of the demo, and ends each by its process id.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const END_WITH_PARENT = new URL('end-with-parent.mjs', import.meta.url).href;
const READY_WITHIN_MS = 60_000;
const END_WITHIN_MS = 5_000;

/** The running processes, in the order of their start. */
export class Processes {
  #running = [];
  #ending = false;
  #fail;

  /** Rejects when a process ends before `endAll` was called. */
  failed = new Promise((_, reject) => {
    this.#fail = reject;
  });

  constructor() {
    this.failed.catch(() => {}); // every wait also waits for this promise
  }

  /**
   * Starts a program with Node.
   *
   * @param {string} name for messages
   * @param {URL} file the program
   * @param {{ args?: string[], env?: Record<string, string>, onError?: (line: string) => void }} options its arguments,
   *   environment variables, and the reader of its standard error
   */
  start(name, file, { args = [], env = {}, onError = line => console.error(`${name}: ${line}`) } = {}) {
    if (this.#ending) throw new Error('interrupted');
    // Its own process group: Ctrl-C reaches the demo only, which ends all processes in order.
    const child = spawn(process.execPath, ['--import', END_WITH_PARENT, fileURLToPath(file), ...args], {
      env: { ...plainEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    this.#running.push({ name, child });
    let lastError = '';
    createInterface({ input: child.stderr }).on('line', line => {
      lastError = `: ${line}`;
      onError(line);
    });
    child.on('error', error => this.#fail(new Error(`${name} could not be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (this.#ending) return;
      this.#fail(new Error(`${name} ended by itself (${signal ?? `status ${code}`})${lastError}`));
    });
    return child;
  }

  /** Starts a service; resolves with its port when it is ready. */
  async startService(name, env) {
    const child = this.start(name, new URL(`../${name}.mjs`, import.meta.url), { env });
    const [{ port }] = await this.orFailure(once(child, 'message'), `${name} is not ready`);
    return port;
  }

  /** Waits for a promise. Rejects if a process ends first, or after a minute. */
  async orFailure(promise, problem) {
    let timer;
    const timeout = new Promise((_, reject) => {
      timer = setTimeout(() => {
        const text = typeof problem === 'function' ? problem() : problem;
        reject(new Error(`${text} after ${READY_WITHIN_MS / 1000} s`));
      }, READY_WITHIN_MS);
    });
    try {
      return await Promise.race([promise, this.failed, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the processes in reverse order, so that every service can still send its spans. */
  async endAll() {
    this.#ending = true;
    this.#fail(new Error('interrupted')); // ends all waits
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

/** The environment without variables that would send the traces of the shop elsewhere. */
function plainEnvironment() {
  const entries = Object.entries(process.env);
  return Object.fromEntries(
    entries.filter(([name]) => !/^(OTEL_|DO_TRACE_|TRACEPARENT$|TRACESTATE$|BAGGAGE$|PORT$)/.test(name)),
  );
}
