import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkApiCopies, findApiCopies } from '../../../src/doctor/api-copies.js';
import { Cleanups, temporaryDirectory } from '../../support/backend-servers.js';

const cleanups = new Cleanups();
afterEach(() => cleanups.run());

describe('the copies of the API', () => {
  function write(root: string, path: string, version: string): void {
    mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, path, 'package.json'), JSON.stringify({ name: '@opentelemetry/api', version }));
  }

  it('are found at the top, nested, below scopes, in the store of pnpm, and in parent directories', async () => {
    const root = temporaryDirectory(cleanups);
    write(root, 'node_modules/@opentelemetry/api', '1.9.1');
    write(root, 'node_modules/a/node_modules/@opentelemetry/api', '1.8.0');
    write(root, 'node_modules/@b/c/node_modules/@opentelemetry/api', '1.10.0');
    write(root, 'node_modules/.pnpm/@opentelemetry+api@1.4.0/node_modules/@opentelemetry/api', '1.4.0');
    write(root, 'packages/app/node_modules/@opentelemetry/api', '1.9.0');
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

  it('are not those without a version', async () => {
    const root = temporaryDirectory(cleanups);
    mkdirSync(join(root, 'node_modules/@opentelemetry/api'), { recursive: true });
    writeFileSync(join(root, 'node_modules/@opentelemetry/api/package.json'), '{"version":1}');
    mkdirSync(join(root, 'node_modules/a/node_modules/@opentelemetry/api'), { recursive: true });
    const found = await findApiCopies([root]);
    expect(found.filter(({ path }) => path.includes('trace-doctor-'))).toEqual([]);
  });

  it.each([
    [['1.9.1'], 'ok'],
    [['1.9.1', '1.9.0', '1.4.0'], 'ok'],
    [['1.9.1', '1.10.0'], 'warning'],
    [['1.9.1', '0.21.0'], 'warning'],
    [[], 'skipped'],
  ])('%j are %s if 1.9.1 is registered', (versions, status) => {
    const copies = versions.map((version, index) => ({ version, path: `/app/${index}` }));
    const check = checkApiCopies(copies, '1.9.1', '/app');
    expect(check.status).toBe(status);
    if (status === 'warning') expect(check).toMatchObject({ code: 'api_copies', source: 'node_modules' });
  });

  it('are compared with the first one if none is registered', () => {
    const copies = ['1.8.0', '1.9.0'].map(version => ({ version, path: `/app/${version}` }));
    expect(checkApiCopies(copies, undefined, '/app').message).toContain('that do not work with 1.8.0');
  });

  it('are named up to the fourth', () => {
    const copies = Array.from({ length: 9 }, (_, index) => ({ version: '0.9.0', path: `/app/n${index}` }));
    const { message } = checkApiCopies(copies, '1.9.1', '/app');
    expect(message).toContain('0.9.0 in n3 and 5 more');
  });
});
