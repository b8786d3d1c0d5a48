// What is true of a process whatever its backend.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { examineApiCopies, findApiCopies } from '../../../src/doctor/api-copies.js';
import { examineNode } from '../../../src/doctor/process.js';
import { Cleanups, folder } from './servers.js';

const cleanups = new Cleanups();
afterEach(() => cleanups.run());

describe('Node', () => {
  it.each([
    ['18.20.4', 'error'],
    ['20.5.1', 'error'],
    ['20.6.0', 'ok'],
    ['22.11.0', 'ok'],
    ['26.0.0', 'ok'],
    ['27.0.0', 'warning'],
  ])('%s is %s', (version, status) => {
    expect(examineNode(version).status).toBe(status);
  });
});

describe('copies of the API', () => {
  function put(root: string, path: string, version: string): void {
    mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, path, 'package.json'), JSON.stringify({ name: '@opentelemetry/api', version }));
  }

  it('are found at the top, nested, below scopes, in the store of pnpm, and in folders above', async () => {
    const root = folder(cleanups);
    put(root, 'node_modules/@opentelemetry/api', '1.9.1');
    put(root, 'node_modules/a/node_modules/@opentelemetry/api', '1.8.0');
    put(root, 'node_modules/@b/c/node_modules/@opentelemetry/api', '1.10.0');
    put(root, 'node_modules/.pnpm/@opentelemetry+api@1.4.0/node_modules/@opentelemetry/api', '1.4.0');
    put(root, 'packages/app/node_modules/@opentelemetry/api', '1.9.0');
    mkdirSync(join(root, 'node_modules/@opentelemetry/core'), { recursive: true });
    const found = await findApiCopies([join(root, 'packages/app')]);
    const inside = found.filter(({ path }) => path.includes('trace-doctor-'));
    expect(inside.map(({ version }) => version).sort()).toEqual([
      '1.10.0',
      '1.4.0',
      '1.8.0',
      '1.9.0',
      '1.9.1',
    ]);
  });

  it.each([
    [['1.9.1'], 'ok'],
    [['1.9.1', '1.9.0', '1.4.0'], 'ok'],
    [['1.9.1', '1.10.0'], 'warning'],
    [['1.9.1', '0.21.0'], 'warning'],
    [[], 'skipped'],
  ])('%j are %s where 1.9.1 registered', (versions, status) => {
    const copies = versions.map((version, index) => ({ version, path: `/app/${index}` }));
    expect(examineApiCopies(copies, '1.9.1', '/app').status).toBe(status);
  });

  it('that are many are named by the first few', () => {
    const copies = Array.from({ length: 9 }, (_, index) => ({ version: '0.9.0', path: `/app/n${index}` }));
    const { message } = examineApiCopies(copies, '1.9.1', '/app');
    expect(message).toContain('0.9.0 in n3 and 5 more');
  });
});
