// The commands of the documentation that write configurations are run without a change.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { run } from '../../src/cli/run.js';
import { blocksOf } from './markdown.js';

const DOCS = fileURLToPath(new URL('../../docs', import.meta.url));
const COMMAND = /^npx @do\/trace (collector-config .*)$/s;

const commands = readdirSync(DOCS)
  .filter(name => name.endsWith('.md'))
  .flatMap(name => blocksOf(readFileSync(join(DOCS, name), 'utf8')))
  .flatMap(({ info, code }) => (info === 'sh' ? (COMMAND.exec(code)?.[1] ?? []) : []));

const directory = mkdtempSync(join(tmpdir(), 'trace-docs-'));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('the documentation has such a command', () => {
  expect(commands.length).toBeGreaterThan(0);
});

it.each(commands)('%s', async command => {
  const collectors = join(directory, 'collectors');
  const argv = argumentsOf(command).map(word => (word === 'collectors' ? collectors : word));
  expect(argv).toContain(collectors);
  let output = '';
  const write = (text: string): void => {
    output += text;
  };
  const io = {
    stdout: { write, isTTY: false },
    stderr: { write },
    env: {},
    columns: () => 80,
    cwd: () => directory,
  };
  const status = await run(argv, { ...io, waitForInterrupt: () => new Promise(() => {}) });
  expect([status, output]).toEqual([0, `${collectors}/router.yaml\n${collectors}/sampler.yaml\n`]);
  expect(readFileSync(join(collectors, 'sampler.yaml'), 'utf8')).toContain('x-api-key: "${env:BACKEND_KEY}"');
});

/** The arguments into which a shell splits a command. */
function argumentsOf(command: string): string[] {
  const words = execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' });
  return words.split('\0').slice(0, -1);
}
