import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { nodeLineFileSystem as fileSystem } from '../../../../src/delivery/file/line-file-system.js';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'trace-lines-'));
  path = join(directory, 'traces.jsonl');
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
});

describe('append', () => {
  it('creates a file for its owner only, and appends to an existing one', () => {
    for (const text of ['one\n', 'two\n']) {
      const fd = fileSystem.append(path);
      expect(fileSystem.write(fd, Buffer.from(text), 0)).toBe(4);
      fileSystem.close(fd);
    }
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.skipIf(process.platform === 'win32')('does not wait for a reader of a pipe', () => {
    execFileSync('mkfifo', [path]);
    expect(() => fileSystem.append(path)).toThrow(/ENXIO/);
  });
});

describe('createNew', () => {
  it('throws for a file that exists', () => {
    fileSystem.createNew(path);
    expect(fileSystem.stat(path)?.size).toBe(0);
    expect(() => fileSystem.createNew(path)).toThrow(/EEXIST/);
  });
});

describe('stat', () => {
  it('identifies a file by path and by descriptor, also after it was renamed', () => {
    const fd = fileSystem.append(path);
    fileSystem.write(fd, Buffer.from('line\n'), 0);
    const before = fileSystem.stat(path);
    expect(before).toEqual({ identity: expect.any(String), size: 5, isFile: true });
    fileSystem.rename(path, join(directory, 'renamed'));
    expect(fileSystem.stat(fd)).toEqual(before);
    expect(fileSystem.stat(path)).toBeUndefined();
    fileSystem.createNew(path);
    expect(fileSystem.stat(path)?.identity).not.toBe(before?.identity);
    fileSystem.close(fd);
  });

  it('distinguishes devices from files', () => {
    const link = join(directory, 'null');
    symlinkSync('/dev/null', link);
    expect(fileSystem.stat(link)?.isFile).toBe(false);
  });
});

describe('endsInLine', () => {
  it('reads the last byte', () => {
    writeFileSync(path, 'whole\nhalf');
    expect(fileSystem.endsInLine(path, 10)).toBe(false);
    writeFileSync(path, 'whole\n');
    expect(fileSystem.endsInLine(path, 6)).toBe(true);
  });

  it('is true for a file that cannot be read', () => {
    expect(fileSystem.endsInLine(join(directory, 'none'), 4)).toBe(true);
    writeFileSync(path, 'half');
    expect(fileSystem.endsInLine(path, 4)).toBe(false);
  });
});

describe('the other operations', () => {
  it('truncate, list and remove', () => {
    const fd = fileSystem.append(path);
    fileSystem.write(fd, Buffer.from('line\n'), 0);
    fileSystem.truncate(fd, 2);
    fileSystem.close(fd);
    expect(readFileSync(path, 'utf8')).toBe('li');
    expect(fileSystem.list(directory)).toEqual(['traces.jsonl']);
    fileSystem.remove(path);
    expect(fileSystem.list(directory)).toEqual([]);
  });

  it('writes from an offset of the bytes', () => {
    const fd = fileSystem.append(path);
    expect(fileSystem.write(fd, Buffer.from('line\n'), 2)).toBe(3);
    fileSystem.close(fd);
    expect(readFileSync(path, 'utf8')).toBe('ne\n');
  });
});
