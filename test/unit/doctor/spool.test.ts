import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkSpool } from '../../../src/doctor/spool.js';
import { Cleanups, temporaryDirectory } from '../../support/backend-servers.js';

const cleanups = new Cleanups();
afterEach(() => cleanups.run());

describe('the directory of the spool', () => {
  it('is created, and ok if it can be written', () => {
    const directory = join(temporaryDirectory(cleanups), 'a/b');
    expect(checkSpool(directory)).toMatchObject({ name: 'spool', status: 'ok' });
    expect(existsSync(directory)).toBe(true);
    expect(checkSpool(directory).status).toBe('ok');
  });

  it('must not be a file', () => {
    const path = join(temporaryDirectory(cleanups), 'spool');
    writeFileSync(path, '');
    expect(checkSpool(path)).toMatchObject({
      status: 'error',
      source: 'delivery.spool',
      message: `${path} is a file`,
    });
  });

  it('must not be below a file', () => {
    const path = join(temporaryDirectory(cleanups), 'file');
    writeFileSync(path, '');
    expect(checkSpool(join(path, 'spool'))).toMatchObject({
      status: 'error',
      message: `${join(path, 'spool')} cannot be created: ${path} is a file`,
    });
  });

  it('must allow this process to write', context => {
    if (process.getuid?.() === 0) context.skip('the superuser may write anywhere');
    const directory = temporaryDirectory(cleanups);
    chmodSync(directory, 0o500);
    expect(checkSpool(directory)).toMatchObject({ status: 'error', source: 'delivery.spool' });
    expect(checkSpool(directory).message).toMatch(/cannot be written \(EACCES\)$/);
    chmodSync(directory, 0o700);
  });

  it('must be on a file system that can be written', () => {
    expect(checkSpool('/proc/spool')).toMatchObject({ status: 'error', source: 'delivery.spool' });
  });
});
