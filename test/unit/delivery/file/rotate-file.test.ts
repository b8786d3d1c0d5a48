import { describe, expect, it } from 'vitest';
import type { LineFileSystem } from '../../../../src/delivery/file/line-file-system.js';
import { getBackupPath, removeOldBackups, rotateFile } from '../../../../src/delivery/file/rotate-file.js';
import { errorWith } from '../../../support/memory-file-system.js';

const NOON = Date.UTC(2026, 0, 31, 12, 30, 0, 250);
const PATH = '/logs/traces.jsonl';
const BACKUP = '/logs/traces-2026-01-31T12-30-00.250.jsonl';

/** The names of a directory, without contents. */
class NamesInMemory {
  readonly names: Set<string>;
  renameError: string | undefined;

  constructor(...names: string[]) {
    this.names = new Set(names);
  }

  get fileSystem(): LineFileSystem {
    const { names } = this;
    const unused = (): never => expect.unreachable('rotation does not use it');
    return {
      append: unused,
      stat: unused,
      endsInLine: unused,
      write: unused,
      truncate: unused,
      close: unused,
      createNew: path => {
        if (names.has(path)) throw errorWith('EEXIST');
        names.add(path);
      },
      rename: (from, to) => {
        if (this.renameError !== undefined) throw errorWith(this.renameError);
        if (!names.delete(from)) throw errorWith('ENOENT');
        names.add(to);
      },
      list: directory =>
        [...names]
          .filter(name => name.startsWith(`${directory}/`))
          .map(name => name.slice(directory.length + 1)),
      remove: path => {
        if (!names.delete(path)) throw errorWith('ENOENT');
      },
    };
  }
}

describe('getBackupPath', () => {
  it.each([
    ['/a/traces.jsonl', '/a/traces-2026-01-31T12-30-00.250.jsonl'],
    ['/a.b/traces', '/a.b/traces-2026-01-31T12-30-00.250'],
    ['/a/.hidden', '/a/.hidden-2026-01-31T12-30-00.250'],
  ])('of %s is %s', (path, backup) => {
    expect(getBackupPath(path, NOON)).toBe(backup);
  });
});

describe('rotateFile', () => {
  it('renames the file to a name that no other file has', () => {
    const directory = new NamesInMemory(PATH, BACKUP);
    rotateFile(PATH, NOON, directory.fileSystem);
    expect([...directory.names]).toEqual([BACKUP, '/logs/traces-2026-01-31T12-30-00.251.jsonl']);
  });

  it('does nothing if another process has renamed the file', () => {
    const directory = new NamesInMemory();
    rotateFile(PATH, NOON, directory.fileSystem);
    expect([...directory.names]).toEqual([]);
  });

  it('throws another error of the file system, and leaves no empty file', () => {
    const directory = new NamesInMemory(PATH);
    directory.renameError = 'EACCES';
    expect(() => rotateFile(PATH, NOON, directory.fileSystem)).toThrow('EACCES');
    expect([...directory.names]).toEqual([PATH]);
  });

  it('throws if a hundred names are taken', () => {
    const taken = Array.from({ length: 101 }, (_, i) => getBackupPath(PATH, NOON + i));
    const directory = new NamesInMemory(PATH, ...taken);
    expect(() => rotateFile(PATH, NOON, directory.fileSystem)).toThrow('EEXIST');
  });
});

describe('removeOldBackups', () => {
  const backups = [0, 1, 2].map(second => getBackupPath(PATH, NOON + second * 1_000));

  it.each([0, 1, 2, 5])('keeps the newest %i', keep => {
    const directory = new NamesInMemory(PATH, ...backups);
    removeOldBackups(PATH, keep, directory.fileSystem);
    expect([...directory.names]).toEqual([PATH, ...backups.slice(Math.max(0, 3 - keep))]);
  });

  it('removes no other file', () => {
    const others = ['/logs/traces-mine.jsonl', '/logs/other-2026-01-31T12-30-00.250.jsonl', `${BACKUP}.gz`];
    const directory = new NamesInMemory(PATH, ...others);
    removeOldBackups(PATH, 0, directory.fileSystem);
    expect([...directory.names]).toEqual([PATH, ...others]);
  });

  it('does not throw if a file cannot be removed', () => {
    const fileSystem: LineFileSystem = {
      ...new NamesInMemory(...backups).fileSystem,
      remove: () => {
        throw errorWith('EACCES');
      },
    };
    expect(() => removeOldBackups(PATH, 0, fileSystem)).not.toThrow();
  });
});
