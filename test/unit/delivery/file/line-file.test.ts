import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LineFileSystem, nodeLineFileSystem } from '../../../../src/delivery/file/line-file-system.js';
import { LineFile, type LineFileOptions } from '../../../../src/delivery/file/line-file.js';

const NOON = Date.UTC(2026, 0, 31, 12, 30, 0, 250);

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'trace-file-'));
  path = join(directory, 'traces.jsonl');
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function open(options: Partial<LineFileOptions> = {}): LineFile {
  return new LineFile({
    path,
    maxBytes: 1_000,
    maxBackups: 2,
    fileSystem: nodeLineFileSystem,
    wallMs: () => NOON,
    ...options,
  });
}

const line = (text: string): Buffer => Buffer.from(`${text}\n`);
const read = (name = 'traces.jsonl'): string => readFileSync(join(directory, name), 'utf8');
const names = (): string[] => readdirSync(directory).sort();

/** A disk with room for a number of bytes. */
function smallDisk(capacity: number): LineFileSystem & { room: number } {
  const disk = {
    ...nodeLineFileSystem,
    room: capacity,
    write(fd: number, bytes: Uint8Array, offset: number): number {
      if (disk.room === 0) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      const fits = Math.min(disk.room, bytes.length - offset);
      disk.room -= fits;
      return nodeLineFileSystem.write(fd, bytes.subarray(0, offset + fits), offset);
    },
  };
  return disk;
}

describe('LineFile', () => {
  it('creates a file for its owner only, and appends to it', () => {
    const file = open();
    file.append(line('one'));
    file.append(line('two'));
    file.close();
    open().append(line('three'));
    expect(read()).toBe('one\ntwo\nthree\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('keeps the lines of two writers whole', () => {
    const [a, b] = [open(), open()];
    for (let i = 0; i < 3; i++) {
      a.append(line(`a${i}`));
      b.append(line(`b${i}`));
    }
    expect(read()).toBe('a0\nb0\na1\nb1\na2\nb2\n');
  });

  it('rotates the file if the next line would make it too long', () => {
    const file = open({ maxBytes: 10 });
    file.append(line('12345'));
    file.append(line('6789'));
    expect(read('traces-2026-01-31T12-30-00.250.jsonl')).toBe('12345\n');
    expect(read()).toBe('6789\n');
  });

  it('writes a line that is longer than the limit to a separate file', () => {
    const file = open({ maxBytes: 10 });
    file.append(line('a line of more than ten bytes'));
    file.append(line('next'));
    expect(names()).toHaveLength(2);
    expect(read()).toBe('next\n');
  });

  it('gives each backup a different name, and keeps the newest', () => {
    const file = open({ maxBytes: 1 });
    for (const text of ['a', 'b', 'c', 'd']) file.append(line(text));
    expect(names()).toEqual([
      'traces-2026-01-31T12-30-00.251.jsonl',
      'traces-2026-01-31T12-30-00.252.jsonl',
      'traces.jsonl',
    ]);
    expect(names().map(name => read(name))).toEqual(['b\n', 'c\n', 'd\n']);
  });

  it('keeps no backup with the limit 0, and removes no other file', () => {
    writeFileSync(join(directory, 'traces-mine.jsonl'), 'mine');
    const file = open({ maxBytes: 1, maxBackups: 0 });
    for (const text of ['a', 'b', 'c']) file.append(line(text));
    expect(names()).toEqual(['traces-mine.jsonl', 'traces.jsonl']);
    expect(read()).toBe('c\n');
  });

  it('opens a new file after another process, or logrotate, has renamed it', () => {
    const file = open();
    file.append(line('one'));
    renameSync(path, join(directory, 'old'));
    file.append(line('two'));
    expect(read('old')).toBe('one\n');
    expect(read()).toBe('two\n');
  });

  it('opens a new file after it was removed', () => {
    const file = open();
    file.append(line('one'));
    rmSync(path);
    file.append(line('two'));
    expect(read()).toBe('two\n');
  });

  it('counts the lines of other writers', () => {
    const file = open({ maxBytes: 10 });
    file.append(line('1'));
    appendFileSync(path, '1234567\n');
    file.append(line('2'));
    expect(read()).toBe('2\n');
  });

  it.each([1, 3])(
    'removes the %i bytes of a line that a full disk took, so that it can be written again',
    room => {
      const disk = smallDisk(8);
      const file = open({ fileSystem: disk });
      file.append(line('one'));
      file.append(line('two'));
      disk.room = room;
      expect(() => file.append(line('three'))).toThrow('no space');
      expect(read()).toBe('one\ntwo\n');
      disk.room = 100;
      file.append(line('three'));
      expect(read()).toBe('one\ntwo\nthree\n');
    },
  );

  it('ends a torn line if another process has written behind it', () => {
    const disk = smallDisk(2);
    const file = open({
      fileSystem: {
        ...disk,
        write(fd, bytes, offset) {
          try {
            return disk.write(fd, bytes, offset);
          } catch (error) {
            appendFileSync(path, '|other\n');
            throw error;
          }
        },
      },
    });
    expect(() => file.append(line('one'))).toThrow('no space');
    disk.room = 100;
    file.append(line('one'));
    expect(read()).toBe('on|other\n\none\n');
  });

  it('ends a torn line of an earlier process', () => {
    writeFileSync(path, 'whole\nbroken');
    open().append(line('next'));
    expect(read()).toBe('whole\nbroken\nnext\n');
  });

  it('throws the error of the file system, and writes again when it is resolved', () => {
    const below = join(directory, 'later');
    const file = open({ path: join(below, 'traces.jsonl') });
    expect(() => file.append(line('one'))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    mkdirSync(below);
    file.append(line('one'));
    expect(readFileSync(join(below, 'traces.jsonl'), 'utf8')).toBe('one\n');
  });

  it('opens a new file if another process rotates the full one at the same moment', () => {
    const rename = (from: string, to: string): void => {
      nodeLineFileSystem.rename(from, join(directory, 'theirs'));
      nodeLineFileSystem.rename(from, to);
    };
    const file = open({ maxBytes: 1, fileSystem: { ...nodeLineFileSystem, rename } });
    file.append(line('one'));
    file.append(line('two'));
    expect(names()).toEqual(['theirs', 'traces.jsonl']);
    expect(read()).toBe('two\n');
  });

  it('leaves no empty file if the file cannot be rotated', () => {
    const rename = (): void => {
      throw Object.assign(new Error('not now'), { code: 'EBUSY' });
    };
    const file = open({ maxBytes: 1, fileSystem: { ...nodeLineFileSystem, rename } });
    file.append(line('one'));
    expect(() => file.append(line('two'))).toThrow('not now');
    expect(names()).toEqual(['traces.jsonl']);
  });
});
