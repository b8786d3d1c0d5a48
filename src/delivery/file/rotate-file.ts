// The names of full files, as the Collector's file exporter gives them, and how many are kept.
//
//   traces.jsonl                              is written
//   traces-2026-01-31T12-30-00.250.jsonl      is full; the time, in UTC, is when it was put aside
//
// Source: opentelemetry-collector-contrib, exporter/fileexporter (`rotation`)

import { basename, dirname, extname, join } from 'node:path';
import type { LineFileSystem } from './line-file-system.js';

const TIME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}$/;
// Another process may put its file aside in the same millisecond.
const TRIES = 100;

/** The name of a file that is put aside at a moment. */
export function backupPath(path: string, wallMs: number): string {
  const extension = extname(path);
  const time = new Date(wallMs).toISOString().replaceAll(':', '-').slice(0, -1);
  return join(dirname(path), `${basename(path, extension)}-${time}${extension}`);
}

/**
 * Puts the file aside. Never overwrites another: of several processes each gets a name of its own.
 *
 * @throws what the file system throws
 */
export function rotateFile(path: string, wallMs: number, files: LineFileSystem): void {
  const backup = claimBackup(path, wallMs, files);
  try {
    files.rename(path, backup);
  } catch (error) {
    removeIfThere(backup, files);
    // Another process was faster; whether there is a directory at all shows when the file is opened.
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** Removes the oldest of the files that were put aside. Never throws. */
export function removeOldBackups(path: string, keep: number, files: LineFileSystem): void {
  const extension = extname(path);
  const prefix = `${basename(path, extension)}-`;
  try {
    const backups = files
      .list(dirname(path))
      .filter(name => name.startsWith(prefix) && name.endsWith(extension))
      .filter(name => TIME.test(name.slice(prefix.length, name.length - extension.length)))
      .sort();
    for (const name of backups.slice(0, Math.max(0, backups.length - keep))) {
      files.remove(join(dirname(path), name));
    }
  } catch {
    // Another process removed it first, or the directory may not be listed: an old file more is no reason to lose spans.
  }
}

function claimBackup(path: string, wallMs: number, files: LineFileSystem): string {
  for (let i = 0; ; i++) {
    const backup = backupPath(path, wallMs + i);
    try {
      files.createNew(backup);
      return backup;
    } catch (error) {
      if (i >= TRIES || codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

function removeIfThere(path: string, files: LineFileSystem): void {
  try {
    files.remove(path);
  } catch {
    // It is empty; what led here is the error that is told.
  }
}

function codeOf(error: unknown): unknown {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
