// The demo runs on the built package as a user runs it, and prints the promised traces. The tree in the README is one of them.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { blocksOf } from './markdown.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUILT = ['dist/esm/index.js', 'dist/cjs/index.js', 'dist/cli/trace.mjs'];
const SERVICES = ['gateway', 'orders', 'inventory', 'payment', 'shipping', 'confirmations'];

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the demo at 80 columns. `onOutput` gets the output so far. */
async function runDemo(
  args: readonly string[] = [],
  onOutput?: (text: string, child: ReturnType<typeof spawn>) => void,
): Promise<Run> {
  const child = spawn(process.execPath, ['examples/shop/demo.mjs', ...args], {
    cwd: ROOT,
    // Variables that a user may have set for other programs must not affect the traces of the shop.
    env: { ...process.env, COLUMNS: '80', OTEL_SDK_DISABLED: 'true', DO_TRACE_EXPORTER: 'none', PORT: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onOutput?.(stdout, child);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout, stderr };
}

/** The printed trees, each as its lines. */
function treesOf(stdout: string): string[][] {
  return stdout
    .split('\n\n')
    .map(block => block.split('\n'))
    .flatMap(lines => {
      const start = lines.findIndex(line => /^trace [\da-f]{32} /.test(line));
      return start === -1 ? [] : [lines.slice(start)];
    });
}

/** The trace id in the first line of a tree. */
function idOf(header: string): string | undefined {
  return /^trace (\w+)/.exec(header)?.[1];
}

/** Service, name and depth of the rows. */
function rowsOf(tree: readonly string[]): { depth: number; service: string; name: string; line: string }[] {
  return tree.slice(1).flatMap(line => {
    const match = /^([│├└ ]*)(?:✗ )?([a-z]+) (\S+)(?: \/\S*)? +[\d.]+ (?:ns|µs|ms|s)\b/.exec(line);
    if (match === null) return [];
    const [, branches = '', service = '', name = ''] = match;
    return [{ depth: branches.length / 2, service, name, line }];
  });
}

beforeAll(() => {
  if (BUILT.every(file => existsSync(`${ROOT}/${file}`))) return;
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' });
});

describe('npm run demo', () => {
  let run: Run;
  let trees: string[][];

  beforeAll(async () => {
    run = await runDemo();
    trees = treesOf(run.stdout);
  });

  it('ends by itself with status 0 and nothing on standard error', () => {
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout).not.toContain('[trace]');
  });

  it('prints three orders, each one trace over six services, and the next things to read', () => {
    expect(trees).toHaveLength(3);
    for (const tree of trees) {
      expect(tree[0]).toContain('  6 services');
      const rows = rowsOf(tree);
      expect(new Set(rows.map(row => row.service))).toEqual(new Set(SERVICES));
      expect(rows.filter(row => row.depth === 0)).toHaveLength(1);
      expect(tree.filter(line => line.startsWith('!'))).toEqual([]);
    }
    expect(run.stdout).toContain('Where to look next');
  });

  it('shows the hop over the queue below the span that sent the message', () => {
    for (const tree of trees) {
      const rows = rowsOf(tree);
      const consumed = rows.findIndex(row => row.name === 'confirmOrder');
      expect(rows[consumed]?.service).toBe('confirmations');
      expect(rows[consumed - 1]).toMatchObject({
        service: 'orders',
        name: 'enqueueConfirmation',
        depth: (rows[consumed]?.depth ?? 0) - 1,
      });
    }
  });

  it('shows the error of the failed payment once, where it began', () => {
    const [good, failed, slow] = trees;
    expect(good?.join('\n')).not.toContain('✗');
    expect(slow?.join('\n')).not.toContain('✗');
    const text = failed?.join('\n') ?? '';
    expect(text.match(/✗ \w+Error\b/g)).toEqual(['✗ DatabaseTimeoutError']);
    const lines = failed ?? [];
    const error = lines.findIndex(line => line.includes('✗ DatabaseTimeoutError: no answer from the'));
    expect(lines[error - 1]).toMatch(/└ ✗ payment writeLedger /);
  });

  it('marks the path to the slow query', () => {
    const rows = rowsOf(trees[2] ?? []);
    const query = rows.findIndex(row => row.name === 'findStock');
    const marked = rows.findLastIndex((row, index) => index < query && row.line.includes('◀ slowest'));
    expect(marked).toBeGreaterThan(0);
    // From the mark down to the query, each row is the only child of the row above.
    expect(rows.slice(marked, query + 1).map(row => row.depth - (rows[marked]?.depth ?? 0))).toEqual([
      0, 1, 2, 3,
    ]);
  });

  it('prints the tree that the README shows', () => {
    const shape = (tree: readonly string[]): unknown[] =>
      rowsOf(tree).map(({ depth, service, name, line }) => [depth, service, name, line.includes('✗')]);
    const readme = readFileSync(`${ROOT}/README.md`, 'utf8');
    const shown = blocksOf(readme).find(({ info }) => info === 'text')?.code ?? '';
    expect(shape(shown.split('\n'))).toEqual(shape(trees[1] ?? []));
    expect(shown).toContain('✗ DatabaseTimeoutError: no answer from the ledger within 400 ms');
  });

  it('fits into 80 columns', () => {
    const lines = trees.flat();
    expect(lines.filter(line => [...line].length > 80)).toEqual([]);
  });
});

describe('npm run demo -- --keep', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'takes orders until %s, and ends with status 0',
    async signal => {
      let answered: Promise<unknown> | undefined;
      let isOver = false;
      const run = await runDemo(['--keep'], (text, child) => {
        const url = /http:\/\/127\.0\.0\.1:\d+\/orders/.exec(text)?.[0];
        if (url !== undefined && text.includes('Ctrl-C')) {
          answered ??= fetch(url, { method: 'POST', body: '{"item":"lamp","card":"4711"}' }).then(response =>
            response.json(),
          );
        }
        // The fourth trace is that of the order above. If a span arrives late, its tree is printed again.
        const headers = treesOf(text.slice(0, text.lastIndexOf('\n\n'))).map(([header = '']) => header);
        const fourth = [...new Set(headers.map(idOf))][3];
        const isWhole = headers.some(header => idOf(header) === fourth && header.includes('  6 services'));
        if (!isWhole || isOver) return;
        isOver = true;
        void answered?.finally(() => child.kill(signal));
      });
      expect(run).toMatchObject({ status: 0, stderr: '' });
      await expect(answered).resolves.toMatchObject({ id: 'A-1007', status: 'paid' });
      expect(new Set(treesOf(run.stdout).map(([header = '']) => idOf(header))).size).toBe(4);
    },
    60_000,
  );
});
