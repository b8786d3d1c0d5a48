// The patterns people know, as programs: each runs on the built package, ends by itself, and prints what it promises.

import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUILT = ['esm/index.js', 'cjs/index.js', 'esm/http/index.js', 'esm/exporters/index.js'];
const run = promisify(execFile);

beforeAll(() => {
  if (BUILT.every(file => existsSync(`${ROOT}/dist/${file}`))) return;
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' });
});

interface Printed {
  /** What the program says itself. */
  readonly said: string[];
  /** The rows of each printed tree: indented by depth, `✗` in front of a failed span. */
  readonly trees: string[][];
}

/** Runs an example without the settings of whoever runs this, and reads what it printed. */
async function example(name: string): Promise<Printed> {
  const entries = Object.entries(process.env).filter(
    ([key]) => !/^(OTEL_|TRACE|BAGGAGE$|NODE_OPTIONS$)/.test(key),
  );
  const env = { ...Object.fromEntries(entries), COLUMNS: '100', NO_COLOR: '1' };
  const { stdout, stderr } = await run(process.execPath, [`examples/${name}`], {
    cwd: ROOT,
    env,
    timeout: 100_000,
  });
  const strange = stderr.split('\n').filter(line => line !== '' && !/^\[trace\] \S+ \S+ → /.test(line));
  expect(strange).toEqual([]);
  return read(stdout);
}

function read(stdout: string): Printed {
  const said: string[] = [];
  const trees: string[][] = [];
  let inTree = false;
  for (const line of stdout.split('\n')) {
    if (/^trace [0-9a-f]{32}\b/.test(line)) {
      trees.push([]);
      inTree = true;
    } else if (line === '') inTree = false;
    else if (inTree) trees.at(-1)?.push(...rowOf(line));
    else said.push(line);
  }
  return { said, trees };
}

/** A row without its rails, times and bars; one that tells an error's text keeps no more than that. */
function rowOf(line: string): string[] {
  const drawn = /^([│├└ ]*)(✗ )?\w+ (.+?) {2,}[\d.]+ (?:ns|µs|ms|s)\b/.exec(line);
  if (drawn !== null) {
    const [, rails = '', failed = '', name = ''] = drawn;
    return [`${'  '.repeat(rails.length / 2)}${failed}${name}`];
  }
  const error = /^[│ ]*✗ (.+)$/.exec(line);
  return [error === null ? line.slice(2) : `! ${error[1]}`];
}

describe('examples', () => {
  it('middleware.mjs: route, user and errors are on the span of the request', async () => {
    const { said, trees } = await example('middleware.mjs');
    expect(said).toEqual(['200 order 4711: 99.5', '401 who are you?', '500 something went wrong']);
    expect(trees).toEqual([
      ['GET /orders/4711', '  GET /orders/:id', '    findUser', '    findOrder'],
      ['✗ GET /orders/4711', '! 401', '  GET /orders/:id', '    findUser'],
      [
        '✗ GET /orders/13',
        '  ✗ GET /orders/:id',
        '    findUser',
        '    ✗ findOrder',
        '! RangeError: the orders table has no page 13',
      ],
    ]);
  });

  it('service-client.mjs: each attempt is a span of its own, and only the last failure fails the call', async () => {
    const { said, trees } = await example('service-client.mjs');
    expect(said).toEqual(["{ item: 'lamp', price: 19.9 }", 'no price for unicorn: 404']);
    expect(trees).toEqual([
      [
        'priceOf',
        '  ✗ GET /prices/lamp',
        '    ✗ GET /prices/:item',
        '! 503',
        '  ✗ GET /prices/lamp',
        '    ✗ GET /prices/:item',
        '! 503',
        '  GET /prices/lamp',
        '    GET /prices/:item',
      ],
      [
        '✗ priceOf',
        '! Error: no price for unicorn: 404',
        '  ✗ GET /prices/unicorn',
        '! 404',
        '    GET /prices/:item',
      ],
    ]);
  });

  it('background-job.mjs: the job is part of the trace of its request, the report is linked to the jobs', async () => {
    const { said, trees } = await example('background-job.mjs');
    expect(said).toEqual(['failed: 550 no such mailbox', 'reported on 2 jobs']);
    const failed = 'error.type=Error ✗ 550 no such mailbox';
    expect(trees).toEqual(
      [
        ['shop.example', ''],
        ['nowhere.invalid', `  ${failed}`],
      ]
        .map(([domain, error]) => [
          `mailer signUp  user.domain=${domain}`,
          '  mailer enqueue  messaging.destination.name=mails',
          `    mailer job welcome${error}`,
          '      mailer render',
          `      mailer send${error}`,
        ])
        .concat([['mailer nightlyReport  jobs.count=2 2 links']]),
    );
  });

  it('rag.mjs: the span of the answer lasts as long as the answer, read to its end or left', async () => {
    const { said, trees } = await example('rag.mjs');
    expect(said).toEqual([
      'Refunds for returned goods take five days. Goods can be returned within 30 days.',
      expect.stringMatching(/^\w+ … \(the reader left\)$/),
    ]);
    const tree = ['answerQuestion', '  retrieve', '    embed', '    searchIndex', '  rerank', '  generate'];
    expect(trees).toEqual([tree, tree]);
  });

  it('saga.mjs: what was done is undone in reverse, and what cannot be undone is said', async () => {
    const { said, trees } = await example('saga.mjs');
    expect(said).toEqual([
      'Oslo: booked',
      'Lima: not booked, the card has expired',
      "  a person must look at 'bookFlight': the airline does not answer",
      'Atlantis: not booked, the card has expired',
    ]);
    const [done, undone, stuck] = trees;
    expect(done).toEqual(['saga bookTrip', '  bookFlight', '  bookHotel', '  chargeCard']);
    const failed = [
      '✗ saga bookTrip',
      '  bookFlight',
      '  bookHotel',
      '  ✗ chargeCard',
      '! TypeError: the card has expired',
      '  compensate',
      '    undo bookHotel',
    ];
    expect(undone).toEqual([...failed, '    undo bookFlight']);
    expect(stuck).toEqual([...failed, '    ✗ undo bookFlight', '! Error: the airline does not answer']);
  });

  it("worker-threads.mjs: what the worker does is in the caller's trace", async () => {
    const { said, trees } = await example('worker-threads.mjs');
    expect(said).toEqual(['1229 primes below 10000']);
    expect(trees).toEqual([
      [
        'main countPrimes  primes=1229',
        '  main askWorker',
        '    worker countRange  from=2 to=5000',
        '  main askWorker',
        '    worker countRange  from=5000 to=10000',
      ],
    ]);
  });

  it('child-process.mjs: the child goes on with the span that started it, and with its baggage', async () => {
    const { trees } = await example('child-process.mjs');
    expect(trees).toEqual([
      [
        'nightly makeReport',
        '  nightly runConverter',
        '    converter convert  file=report.csv tenant=acme',
        '      converter writePages',
      ],
    ]);
  });
});
