import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  nodeSpoolFileSystem,
  type SpoolFileSystem,
} from '../../../../src/delivery/spool/spool-file-system.js';
import { MemoryFileSystem } from '../../../support/memory-file-system.js';

// The disk in memory, which the tests of the spool use, must behave like the real one.
const SUBJECTS: readonly [string, () => { fileSystem: SpoolFileSystem; directory: string }][] = [
  [
    'node:fs',
    () => {
      const directory = mkdtempSync(join(tmpdir(), 'trace-spool-'));
      onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
      return { fileSystem: nodeSpoolFileSystem, directory: join(directory, 'a/b') };
    },
  ],
  ['the disk in memory', () => ({ fileSystem: new MemoryFileSystem(), directory: '/spool' })],
];

describe.each(SUBJECTS)('file operations of %s', (_, start) => {
  it('write, read and truncate at any position', () => {
    const { fileSystem, directory } = start();
    fileSystem.makeDirectory(directory);
    const fd = fileSystem.create(join(directory, 'one'));
    fileSystem.write(fd, Buffer.from('0123456789'), 0);
    fileSystem.write(fd, Buffer.from('AB'), 4);
    expect(fileSystem.size(fd)).toBe(10);
    const into = Buffer.alloc(4);
    expect(fileSystem.read(fd, into, 3)).toBe(4);
    expect(into.toString()).toBe('3AB6');
    expect(fileSystem.read(fd, Buffer.alloc(20), 8)).toBe(2);
    fileSystem.truncate(fd, 5);
    expect(fileSystem.size(fd)).toBe(5);
    fileSystem.close(fd);
    const again = fileSystem.open(join(directory, 'one'));
    expect(fileSystem.size(again)).toBe(5);
    fileSystem.close(again);
  });

  it('list, rename and remove files', () => {
    const { fileSystem, directory } = start();
    fileSystem.makeDirectory(directory);
    fileSystem.close(fileSystem.create(join(directory, 'one')));
    expect(() => fileSystem.create(join(directory, 'one'))).toThrow(/EEXIST/);
    fileSystem.rename(join(directory, 'one'), join(directory, 'two'));
    expect(fileSystem.list(directory)).toEqual(['two']);
    expect(() => fileSystem.rename(join(directory, 'one'), join(directory, 'two'))).toThrow(/ENOENT/);
    expect(() => fileSystem.open(join(directory, 'one'))).toThrow(/ENOENT/);
    fileSystem.remove(join(directory, 'two'));
    expect(() => fileSystem.remove(join(directory, 'two'))).toThrow(/ENOENT/);
    expect(fileSystem.list(directory)).toEqual([]);
  });

  it('set the modification time', () => {
    const { fileSystem, directory } = start();
    fileSystem.makeDirectory(directory);
    const path = join(directory, 'one');
    fileSystem.close(fileSystem.create(path));
    fileSystem.touch(path, 1_700_000_000_000);
    expect(fileSystem.modifiedMs(path)).toBe(1_700_000_000_000);
  });
});

describe('node:fs', () => {
  it('sets the access time with the modification time', () => {
    const directory = mkdtempSync(join(tmpdir(), 'trace-spool-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const path = join(directory, 'one');
    nodeSpoolFileSystem.close(nodeSpoolFileSystem.create(path));
    nodeSpoolFileSystem.touch(path, 1_700_000_000_000);
    expect(statSync(path).atimeMs).toBe(1_700_000_000_000);
  });

  it('creates files that only the owner can read', () => {
    const directory = mkdtempSync(join(tmpdir(), 'trace-spool-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const path = join(directory, 'one');
    const fd = nodeSpoolFileSystem.create(path);
    nodeSpoolFileSystem.write(fd, Buffer.from('spans'), 0);
    nodeSpoolFileSystem.close(fd);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toBe('spans');
  });
});
