import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeDirectory } from '../../../../src/delivery/file/make-directory.js';

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'trace-make-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

describe('makeDirectory', () => {
  it('makes a directory and its parents, and leaves one that is there', () => {
    const path = join(temporary(), 'a/b/c');
    makeDirectory(path);
    makeDirectory(path);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('throws where a parent is a file', () => {
    const path = join(temporary(), 'a');
    writeFileSync(path, '');
    expect(() => makeDirectory(path)).toThrow(/EEXIST|ENOTDIR/);
    expect(() => makeDirectory(join(path, 'b'))).toThrow(/EEXIST|ENOTDIR/);
  });

  it('comes back from where nothing can be made', () => {
    expect(() => makeDirectory('/proc/nothing/here')).toThrow();
  });
});
