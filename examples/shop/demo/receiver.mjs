// `npx @do/trace view` as a child process: its output and its API.

import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const PROGRAM = new URL('../../../dist/cli/trace.mjs', import.meta.url);
const POLL_MS = 50;

/**
 * Starts the receiver on a free port.
 *
 * @param {import('./processes.mjs').Processes} processes
 */
export async function startReceiver(processes) {
  if (!existsSync(PROGRAM)) throw new Error('the package is not built. Run: npm run build');
  const { columns, isTTY } = process.stdout;
  let listening;
  const url = new Promise(resolve => {
    listening = resolve;
  });
  const child = processes.start('trace view', PROGRAM, {
    args: ['view', '--port', '0', '--quiet-ms', '400'],
    env: { ...(columns > 0 && { COLUMNS: String(columns) }), ...(isTTY && { FORCE_COLOR: '1' }) },
    onError(line) {
      const [base] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (base !== undefined) listening(base);
      // Only warnings end with a code. The other lines are for a reader at a terminal.
      if (/\[\w+\]$/.test(line)) console.error(`trace view: ${line}`);
    },
  });
  return new Receiver(
    processes,
    child.stdout,
    await processes.orFailure(url, 'the receiver does not listen'),
  );
}

class Receiver {
  #processes;
  #trees = new Map();
  #unfinished = '';
  /** Its base URL. */
  url;
  /** Called for each tree when it is printed. */
  onTree = () => {};

  constructor(processes, output, url) {
    this.#processes = processes;
    this.url = url;
    output.setEncoding('utf8').on('data', text => this.#read(text));
  }

  /** Every trace in memory, with all its spans. */
  async traces() {
    const { traces } = await getJson(`${this.url}/api/v1/traces`);
    return Promise.all(traces.map(({ traceId }) => getJson(`${this.url}/api/v1/traces/${traceId}`)));
  }

  /** Polls until the result is not undefined. */
  until(read, problem) {
    let isOver = false;
    const poll = async () => {
      for (;;) {
        const result = await read();
        if (result !== undefined || isOver) return result;
        await sleep(POLL_MS);
      }
    };
    return this.#processes.orFailure(poll(), problem).finally(() => {
      isOver = true;
    });
  }

  /** The printed tree of a trace, when it shows all spans. */
  tree({ traceId, spanCount }) {
    const find = () => this.#trees.get(traceId);
    return this.until(
      async () => (find()?.includes(`  ${spanCount} spans  `) ? find() : undefined),
      `the tree of ${traceId} is not printed`,
    );
  }

  /** Splits the output into trees. A tree ends at an empty line. */
  #read(text) {
    const trees = (this.#unfinished + text).split('\n\n');
    this.#unfinished = trees.pop();
    for (const tree of trees) {
      const [, traceId] = /trace ([\da-f]{32})/.exec(tree) ?? [];
      this.#trees.set(traceId, tree);
      this.onTree(tree);
    }
  }
}

async function getJson(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} responded with ${response.status}`);
  return response.json();
}
