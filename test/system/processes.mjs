// Child processes: each is ended by whoever started it, by its own id, and what it said stands in the failure.

import { spawn } from 'node:child_process';

/** Against one that hangs; on a busy machine a broker or a last flush takes its time to end. */
const END_MS = 30_000;
/** Against one that never says what is waited for. */
const WAIT_MS = 120_000;

const running = new Set();

// However this process ends (an exception nobody caught, a closed pipe), its children end with it.
process.once('exit', () => {
  for (const child of running) child.kill();
});

/** One child process. */
export class Child {
  #child;
  #said = '';
  #waiting = new Set();
  #exited;
  #closed;

  constructor(command, args, { env = {}, cwd, ipc = false, stdin = 'ignore' } = {}) {
    this.name = args.find(arg => /\.(mjs|cjs|js|py)$/.test(arg)) ?? command;
    const stdio = [stdin, 'pipe', 'pipe', ...(ipc ? ['ipc'] : [])];
    this.#child = spawn(command, args, { cwd, env: { ...cleanEnvironment(), ...env }, stdio });
    this.pid = this.#child.pid;
    running.add(this);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', text => {
        this.#said = (this.#said + text).slice(-20_000);
        for (const check of this.#waiting) check();
      });
    }
    this.#exited = new Promise(resolve => {
      this.#child.once('error', error => resolve(error.message));
      this.#child.once('exit', (code, signal) => resolve(signal ?? code));
    });
    // Only then has everything come that it said and sent: its exit overtakes pipes and messages.
    this.#closed = new Promise(resolve => {
      this.#child.once('error', error => resolve(error.message));
      this.#child.once('close', (code, signal) => resolve(signal ?? code));
    });
    void this.#exited.then(() => running.delete(this));
  }

  /** What it wrote to its standard output and error. */
  get said() {
    return this.#said;
  }

  /** Resolves with the match when it has written something. */
  async until(pattern, timeoutMs = WAIT_MS) {
    let check;
    const found = new Promise(resolve => {
      check = () => {
        const match = pattern.exec(this.#said);
        if (match !== null) resolve(match);
      };
      this.#waiting.add(check);
      check();
    });
    try {
      return await this.#orEnded(found, `${pattern}`, timeoutMs);
    } finally {
      this.#waiting.delete(check);
    }
  }

  /** Resolves with the first message that it sends to its parent. */
  message(timeoutMs = WAIT_MS) {
    const message = new Promise(resolve => this.#child.once('message', resolve));
    return this.#orEnded(message, 'a message', timeoutMs);
  }

  /** Sends it a message; resolves with the next that it sends back. */
  ask(message, timeoutMs) {
    const answer = this.message(timeoutMs);
    this.#child.send(message);
    return answer;
  }

  /** Asks it to end, without waiting. */
  kill() {
    this.#child.kill('SIGTERM');
  }

  /** Resolves with its exit code, or the signal that ended it. */
  exited() {
    return this.#exited;
  }

  /** Ends it: by disconnecting where it listens for that, else by a signal. */
  async end() {
    if (!running.has(this)) return;
    if (this.#child.connected) this.#child.disconnect();
    else this.kill();
    const late = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    await this.#exited;
    clearTimeout(late);
  }

  async #orEnded(promise, what, timeoutMs) {
    let timer;
    const late = new Promise((_, reject) => {
      const fail = why => reject(new Error(`${this.name}: no ${what}: ${why}\n${this.#said.slice(-2000)}`));
      timer = setTimeout(() => fail(`waited ${timeoutMs} ms`), timeoutMs);
      void this.#closed.then(code => fail(`it ended with ${code}`));
    });
    late.catch(() => {});
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Ends what is still running, at the end or when the run is interrupted. */
export async function endAll() {
  await Promise.all([...running].map(child => child.end()));
}

/** Without the settings of whoever runs this: they would change what the programs see. */
function cleanEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([key]) => !/^(OTEL_|TRACE|NODE_OPTIONS$|BAGGAGE$|AWS_|DD_|ELASTIC_)/.test(key),
    ),
  );
}
