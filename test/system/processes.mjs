// Child processes. A failure contains the output of the process. Each process is ended by its id, at the latest when the
// parent exits.

import { spawn } from 'node:child_process';

/** The time until a process that does not end is killed. A busy machine needs seconds for the end of a broker or a flush. */
const END_MS = 30_000;
/** The time to wait for output or a message. */
const WAIT_MS = 120_000;

const running = new Set();

// Ends the children also after an uncaught exception or a closed pipe.
process.once('exit', () => {
  for (const child of running) child.kill();
});

/** A child process. */
export class Child {
  #child;
  #output = '';
  #outputListeners = new Set();
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
        this.#output = (this.#output + text).slice(-20_000);
        for (const check of this.#outputListeners) check();
      });
    }
    this.#exited = new Promise(resolve => {
      this.#child.once('error', error => resolve(error.message));
      this.#child.once('exit', (code, signal) => resolve(signal ?? code));
    });
    // 'exit' can come before the last output and messages. 'close' comes after them.
    this.#closed = new Promise(resolve => {
      this.#child.once('error', error => resolve(error.message));
      this.#child.once('close', (code, signal) => resolve(signal ?? code));
    });
    void this.#exited.then(() => running.delete(this));
  }

  /** The output on stdout and stderr. */
  get output() {
    return this.#output;
  }

  /** Waits until the output matches, and resolves with the match. */
  async waitForOutput(pattern, timeoutMs = WAIT_MS) {
    let check;
    const found = new Promise(resolve => {
      check = () => {
        const match = pattern.exec(this.#output);
        if (match !== null) resolve(match);
      };
      this.#outputListeners.add(check);
      check();
    });
    try {
      return await this.#failIfEnded(found, `output ${pattern}`, timeoutMs);
    } finally {
      this.#outputListeners.delete(check);
    }
  }

  /** Resolves with the next message from the process. */
  nextMessage(timeoutMs = WAIT_MS) {
    const message = new Promise(resolve => this.#child.once('message', resolve));
    return this.#failIfEnded(message, 'message', timeoutMs);
  }

  /** Sends a message to the process and resolves with the next message from it. */
  request(message, timeoutMs) {
    const response = this.nextMessage(timeoutMs);
    this.#child.send(message);
    return response;
  }

  /** Sends SIGTERM, without waiting for the end. */
  kill() {
    this.#child.kill('SIGTERM');
  }

  /** Resolves with the exit code or the signal that ended the process. */
  exited() {
    return this.#exited;
  }

  /** Ends the process: closes its IPC channel if it has one, otherwise sends a signal. */
  async end() {
    if (!running.has(this)) return;
    if (this.#child.connected) this.#child.disconnect();
    else this.kill();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  async #failIfEnded(promise, awaited, timeoutMs) {
    let timer;
    const failure = new Promise((_, reject) => {
      const fail = reason =>
        reject(new Error(`${this.name}: no ${awaited}: ${reason}\n${this.#output.slice(-2000)}`));
      timer = setTimeout(() => fail(`waited ${timeoutMs} ms`), timeoutMs);
      void this.#closed.then(code => fail(`the process ended with ${code}`));
    });
    failure.catch(() => {});
    try {
      return await Promise.race([promise, failure]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Ends all running processes, at the end or when the run is interrupted. */
export async function endAll() {
  await Promise.all([...running].map(child => child.end()));
}

/** Returns the environment without the variables that configure tracing, so that they do not change the results. */
function cleanEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([key]) => !/^(OTEL_|TRACE|NODE_OPTIONS$|BAGGAGE$|AWS_|DD_|ELASTIC_)/.test(key),
    ),
  );
}
