import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { CliProcess } from '../../../src/cli/cli-process.js';
import { run } from '../../../src/cli/run.js';
import { TRACE_ID } from '../../support/flat-spans.js';
import { readFixture } from '../../support/otlp-requests.js';

interface FakeProcess extends CliProcess {
  /** What was written so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** Waits until stdout and stderr together hold the text. */
  readonly said: (text: string) => Promise<void>;
  readonly interrupt: () => void;
}

function fakeProcess({
  env = {},
  columns,
  isTTY = false,
}: {
  env?: Record<string, string>;
  columns?: number;
  isTTY?: boolean;
} = {}): FakeProcess {
  let out = '';
  let err = '';
  let waiting: (() => void)[] = [];
  const wake = (): void => {
    const all = waiting;
    waiting = [];
    for (const each of all) each();
  };
  const { promise, resolve } = deferred<string>();
  return {
    stdout: { write: text => ((out += text), wake()), isTTY },
    stderr: { write: text => ((err += text), wake()) },
    env,
    cwd: () => process.cwd(),
    columns: () => columns,
    waitForInterrupt: () => promise,
    interrupt: () => resolve('SIGINT'),
    out: () => out,
    err: () => err,
    async said(text) {
      while (!(out + err).includes(text)) await new Promise<void>(go => waiting.push(go));
    },
  };
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>(go => {
    resolve = go;
  });
  return { promise, resolve };
}

const post = (url: string): Promise<Response> =>
  fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: readFixture('official-example-trace.json'),
  });

describe('trace', () => {
  test.each([[[]], [['--help']], [['-h']], [['help']]])('%j shows the commands', async argv => {
    const io = fakeProcess();
    expect(await run(argv, io)).toBe(0);
    expect(io.out()).toContain('trace <command>');
    expect(io.out()).toContain('view');
  });

  test.each([[['view', '--help']], [['view', '-h', '--nonsense']], [['help', 'view']]])(
    '%j explains the command',
    async argv => {
      const io = fakeProcess();
      expect(await run(argv, io)).toBe(0);
      for (const option of ['--port', '--host', '--json', '--max-bytes', '--quiet-ms'])
        expect(io.out()).toContain(option);
    },
  );

  test('--version is the package’s', async () => {
    const io = fakeProcess();
    expect(await run(['--version'], io)).toBe(0);
    const manifest = readFileSync(fileURLToPath(new URL('../../../package.json', import.meta.url)), 'utf8');
    expect(io.out().trim()).toBe((JSON.parse(manifest) as { version: string }).version);
  });

  test.each<[string[], string]>([
    [['veiw'], 'There is no command veiw. Did you mean view?'],
    [['help', 'veiw'], 'There is no command veiw. Did you mean view?'],
    [['--hlep'], 'There is no option --hlep. Did you mean --help?'],
    [['view', '--prot', '1'], 'There is no option --prot. Did you mean --port?'],
    [['view', '--port', 'http'], '--port must be a whole number from 0 to 65535, got "http".'],
    [['view', '--port', '70000'], '--port must be a whole number'],
    [['view', '--port'], '--port needs a value.'],
    [['view', '--json=yes'], '--json takes no value'],
    [['view', '--max-bytes', 'much'], '--max-bytes must be a size'],
    [['view', '--quiet-ms', '-5'], '--quiet-ms must be a whole number'],
    [['view', 'file.json'], 'view takes no file'],
    [['docter'], 'There is no command docter. Did you mean doctor?'],
    [['doctor', 'app.mjs'], 'doctor takes no argument, got "app.mjs". Is it the file for --import?'],
    [['doctor', '--import', 'gone.mjs'], 'gone.mjs'],
    [['doctor', '--exporter', 'jager'], 'There is no exporter jager. Did you mean jaeger?'],
    [['doctor', '-e', 'honeycomb', '--endpoint', 'http://h'], '--endpoint goes with otlp and jaeger'],
    [['doctor', '--import', 'x.mjs', '-e', 'otlp'], '--exporter and --endpoint do not go with it'],
  ])('%j: status 2 and the fix', async (argv, message) => {
    const io = fakeProcess();
    expect(await run(argv, io)).toBe(2);
    expect(io.err()).toContain(message);
    expect(io.err()).toContain('--help');
    expect(io.out()).toBe('');
  });

  test('all mistakes are named at once', async () => {
    const io = fakeProcess();
    await run(['view', '--prot', '--max-bytes=x'], io);
    expect(io.err()).toContain('--prot');
    expect(io.err()).toContain('--max-bytes');
  });
});

describe('trace view', () => {
  test('says where it listens, prints each finished trace, and Ctrl-C ends it with status 0', async () => {
    const io = fakeProcess();
    const status = run(['view', '--port', '0'], io);
    await io.said('listening on');
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(io.err())?.[0] ?? '';
    await post(url);
    io.interrupt();
    expect(await status).toBe(0);
    expect(io.out()).toContain(`trace ${TRACE_ID}`);
    expect(io.out()).toContain("my.service I'm a server span");
    expect(io.err()).toContain('ended: 1 span received');
    await expect(post(url)).rejects.toThrow();
  });

  test('--json: the address first, then one trace a line', async () => {
    const io = fakeProcess();
    const status = run(['view', '--port=0', '--json', '--max-bytes', '1MiB'], io);
    await io.said('listening on');
    const [first = ''] = io.out().split('\n');
    await post((JSON.parse(first) as { listening: string }).listening);
    io.interrupt();
    expect(await status).toBe(0);
    const lines = io
      .out()
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as object);
    expect(lines).toMatchObject([
      { listening: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string },
      { traceId: TRACE_ID, revision: 1, complete: false, spans: [{ name: "I'm a server span" }] },
    ]);
  });

  test('a finished trace is printed without Ctrl-C', async () => {
    const io = fakeProcess();
    const status = run(['view', '--port', '0', '--quiet-ms', '0', '--json'], io);
    await io.said('listening on');
    const { listening } = JSON.parse(io.out()) as { listening: string };
    const root = { traceId: TRACE_ID, spanId: '00000000000000aa', name: 'whole' };
    await fetch(`${listening}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [root] }] }] }),
    });
    await io.said('"complete":true');
    io.interrupt();
    expect(await status).toBe(0);
  });

  test.each<[string, Parameters<typeof fakeProcess>[0], boolean]>([
    ['a terminal', { isTTY: true }, true],
    ['a terminal with NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }, false],
    ['a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }, false],
    ['a pipe', {}, false],
    ['a pipe with FORCE_COLOR', { env: { FORCE_COLOR: '1' } }, true],
  ])('colours for %s: only where wanted, in the terminal’s width', async (_, options, colored) => {
    const io = fakeProcess({ ...options, columns: 60 });
    const status = run(['view', '--port', '0'], io);
    await io.said('listening on');
    await post(/http:\/\/127\.0\.0\.1:\d+/.exec(io.err())?.[0] ?? '');
    io.interrupt();
    await status;
    expect(io.out().includes('\u001B[')).toBe(colored);
    const widest = Math.max(
      ...io
        .out()
        .replaceAll(/\p{Cc}\[\d+m/gu, '')
        .split('\n')
        .map(line => line.length),
    );
    expect(widest).toBeLessThanOrEqual(60);
  });

  test('refusals are said once for each kind', async () => {
    const io = fakeProcess();
    const status = run(['view', '--port', '0'], io);
    await io.said('listening on');
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(io.err())?.[0] ?? '';
    for (let times = 0; times < 3; times++) await fetch(`${url}/nothing`);
    io.interrupt();
    await status;
    expect(io.err().match(/refused a request with 404/g)).toHaveLength(1);
  });

  test('a port in use: status 1, the port and the fix', async () => {
    const other = createServer();
    await new Promise<void>(go => other.listen(0, '127.0.0.1', go));
    const { port } = other.address() as AddressInfo;
    try {
      const io = fakeProcess();
      expect(await run(['view', '--port', String(port)], io)).toBe(1);
      expect(io.err()).toContain(`Port ${port} on 127.0.0.1 is in use`);
      expect(io.err()).toContain('--port');
    } finally {
      other.close();
    }
  });
});
