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
  it('creates a directory and its parents, and keeps an existing one', () => {
    const path = join(temporary(), 'a/b/c');
    makeDirectory(path);
    makeDirectory(path);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('throws if a parent is a file', () => {
    const path = join(temporary(), 'a');
    writeFileSync(path, '');
    expect(() => makeDirectory(path)).toThrow(/EEXIST|ENOTDIR/);
    expect(() => makeDirectory(join(path, 'b'))).toThrow(/EEXIST|ENOTDIR/);
  });

  it('throws if nothing can be created below an existing directory, and returns', () => {
    expect(() => makeDirectory('/proc/nothing/here')).toThrow();
  });
});
