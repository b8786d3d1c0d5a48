// The short examples: each runs on the built package, ends by itself, and prints the expected lines and trees.

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
  /** The lines of the program itself. */
  readonly lines: string[];
  /** The rows of each printed tree, indented by depth, with `✗` before a failed span. */
  readonly trees: string[][];
}

/** Runs an example without the tracing variables of this process, and reads its output. */
async function runExample(name: string): Promise<Printed> {
  const entries = Object.entries(process.env).filter(
    ([key]) => !/^(OTEL_|TRACE|BAGGAGE$|NODE_OPTIONS$)/.test(key),
  );
  const env = { ...Object.fromEntries(entries), COLUMNS: '100', NO_COLOR: '1' };
  const { stdout, stderr } = await run(process.execPath, [`examples/${name}`], {
    cwd: ROOT,
    env,
    timeout: 100_000,
  });
  const unexpected = stderr.split('\n').filter(line => line !== '' && !/^\[trace\] \S+ \S+ → /.test(line));
  expect(unexpected).toEqual([]);
  return readOutput(stdout);
}

function readOutput(stdout: string): Printed {
  const lines: string[] = [];
  const trees: string[][] = [];
  let inTree = false;
  for (const line of stdout.split('\n')) {
    if (/^trace [0-9a-f]{32}\b/.test(line)) {
      trees.push([]);
      inTree = true;
    } else if (line === '') inTree = false;
    else if (inTree) trees.at(-1)?.push(...rowOf(line));
    else lines.push(line);
  }
  return { lines, trees };
}

/** A row without branch lines, times and bars. Of the row of an error only its text remains. */
function rowOf(line: string): string[] {
  const drawn = /^([│├└ ]*)(✗ )?\w+ (.+?) {2,}[\d.]+ (?:ns|µs|ms|s)\b/.exec(line);
  if (drawn !== null) {
    const [, branches = '', failed = '', name = ''] = drawn;
    return [`${'  '.repeat(branches.length / 2)}${failed}${name}`];
  }
  const error = /^[│ ]*✗ (.+)$/.exec(line);
  return [error === null ? line.slice(2) : `! ${error[1]}`];
}

describe('examples', () => {
  it('middleware.mjs: route, user and errors are on the span of the request', async () => {
    const { lines, trees } = await runExample('middleware.mjs');
    expect(lines).toEqual(['200 order 4711: 99.5', '401 unknown user', '500 internal error']);
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

  it('service-client.mjs: each attempt is a span, and only the last failure makes the call fail', async () => {
    const { lines, trees } = await runExample('service-client.mjs');
    expect(lines).toEqual(["{ item: 'lamp', price: 19.9 }", 'no price for unicorn: 404']);
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

  it('background-job.mjs: the job is in the trace of its request, the report has links to the jobs', async () => {
    const { lines, trees } = await runExample('background-job.mjs');
    expect(lines).toEqual(['failed: 550 no such mailbox', 'reported on 2 jobs']);
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

  it('rag.mjs: the span of the answer ends with the answer, read to its end or not', async () => {
    const { lines, trees } = await runExample('rag.mjs');
    expect(lines).toEqual([
      'Refunds for returned goods take five days. Goods can be returned within 30 days.',
      expect.stringMatching(/^\w+ … \(the reader stopped\)$/),
    ]);
    const tree = ['answerQuestion', '  retrieve', '    embed', '    searchIndex', '  rerank', '  generate'];
    expect(trees).toEqual([tree, tree]);
  });

  it('saga.mjs: completed steps are undone in reverse order, and failed undos are printed', async () => {
    const { lines, trees } = await runExample('saga.mjs');
    expect(lines).toEqual([
      'Oslo: booked',
      'Lima: not booked, the card has expired',
      "  'bookFlight' must be undone by hand: the airline does not answer",
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

  it('worker-threads.mjs: the spans of the worker are in the trace of the caller', async () => {
    const { lines, trees } = await runExample('worker-threads.mjs');
    expect(lines).toEqual(['1229 primes below 10000']);
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

  it('child-process.mjs: the child process continues the trace and has the baggage', async () => {
    const { trees } = await runExample('child-process.mjs');
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
