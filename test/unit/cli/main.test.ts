// The program itself, as a child process that runs the sources.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { VERSION } from '../../../src/core/version.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

function startProgram(...argv: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...argv], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close') as Promise<[number | null, string | null]>;
  return { child, exited };
}

describe('the program', () => {
  test('ends with the status of the command', async () => {
    const { child, exited } = startProgram('--version');
    const chunks = await child.stdout.toArray();
    expect(Buffer.concat(chunks as Buffer[]).toString()).toBe(`${VERSION}\n`);
    expect(await exited).toEqual([0, null]);
    expect(await startProgram('veiw').exited).toEqual([2, null]);
  });

  test('ends a running command on a signal, and prints its summary', async () => {
    const { child, exited } = startProgram('view', '--port', '0');
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    while (!err.includes('listening on')) await once(child.stderr, 'data');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(err).toContain('ended: 0 spans received');
  });

  test('ends with status 0 when the reader of its output has gone', async () => {
    const { child, exited } = startProgram('help');
    child.stdout.destroy();
    expect(await exited).toEqual([0, null]);
  });
});
