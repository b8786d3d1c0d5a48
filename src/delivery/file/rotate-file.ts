// Rotates a full file to a backup with the name that the Collector's file exporter gives it, and limits the backups.
//
//   traces.jsonl                              the file that is written
//   traces-2026-01-31T12-30-00.250.jsonl      a full file, with the time of its rotation in UTC
//
// Source: opentelemetry-collector-contrib, exporter/fileexporter (`rotation`)

import { basename, dirname, extname, join } from 'node:path';
import { getErrorCode } from '../../core/error-code.js';
import type { LineFileSystem } from './line-file-system.js';

const TIME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}$/;
// Another process may rotate its file in the same millisecond.
const MAX_ATTEMPTS = 100;

/**
 * Returns the path of a backup.
 *
 * @param path the path of the full file
 * @param wallMs the time of the rotation, in milliseconds since the epoch
 */
export function getBackupPath(path: string, wallMs: number): string {
  const extension = extname(path);
  const time = new Date(wallMs).toISOString().replaceAll(':', '-').slice(0, -1);
  return join(dirname(path), `${basename(path, extension)}-${time}${extension}`);
}

/**
 * Renames a full file to a backup. Never overwrites another file: each of several processes gets a different name.
 *
 * @param path the path of the full file
 * @param wallMs the current time, in milliseconds since the epoch
 * @param fileSystem the file operations
 * @throws the error of the file system
 */
export function rotateFile(path: string, wallMs: number, fileSystem: LineFileSystem): void {
  const backup = reserveBackup(path, wallMs, fileSystem);
  try {
    fileSystem.rename(path, backup);
  } catch (error) {
    removeReserved(backup, fileSystem);
    // ENOENT: another process was faster. A missing directory is reported when the file is opened.
    if (getErrorCode(error) !== 'ENOENT') throw error;
  }
}

/**
 * Removes the oldest backups. Never throws.
 *
 * @param path the path of the file that is written
 * @param keep the number of backups to keep
 * @param fileSystem the file operations
 */
export function removeOldBackups(path: string, keep: number, fileSystem: LineFileSystem): void {
  const extension = extname(path);
  const prefix = `${basename(path, extension)}-`;
  try {
    const backups = fileSystem
      .list(dirname(path))
      .filter(name => name.startsWith(prefix) && name.endsWith(extension))
      .filter(name => TIME.test(name.slice(prefix.length, name.length - extension.length)))
      .sort();
    for (const name of backups.slice(0, Math.max(0, backups.length - keep))) {
      fileSystem.remove(join(dirname(path), name));
    }
  } catch {
    // Another process removed it first, or the directory cannot be listed. An additional backup costs no spans.
  }
}

/** Creates an empty file under the name of the backup, so that no other process takes the name. */
function reserveBackup(path: string, wallMs: number, fileSystem: LineFileSystem): string {
  for (let i = 0; ; i++) {
    const backup = getBackupPath(path, wallMs + i);
    try {
      fileSystem.createNew(backup);
      return backup;
    } catch (error) {
      if (i >= MAX_ATTEMPTS || getErrorCode(error) !== 'EEXIST') throw error;
    }
  }
}

function removeReserved(backup: string, fileSystem: LineFileSystem): void {
  try {
    fileSystem.remove(backup);
  } catch {
    // The file is empty. The caller throws the error of the rename.
  }
}
