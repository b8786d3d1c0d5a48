// The transport that writes to a file: each batch becomes one line of OTLP JSON, the format of the Collector's file exporter
// and file receiver. Source: https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/

import { safeText } from '../../core/diagnostics.js';
import { getErrorCode } from '../../core/error-code.js';
import { getOwn } from '../../core/known-names.js';
import { toOtlpJson } from '../otlp/to-otlp-json.js';
import type { Transport, TransportResult } from '../transport.js';
import { LineFile, type LineFileOptions } from './line-file.js';

/** An error of the file system: one clause with the fact, and full sentences with the fix. */
export interface FileProblem {
  readonly fact: string;
  readonly fix: string;
}

const MAKE_ROOM = 'Make room, or keep less with maxBytes and maxBackups.';
const CHANGE_PERMISSIONS = 'Change the permissions of the file or of its directory, or choose another path.';
const OTHER_PATH = 'Choose another path.';

const FILE_PROBLEMS: Readonly<Record<string, FileProblem>> = {
  ENOENT: { fact: 'its directory does not exist', fix: 'Create it, or choose another path.' },
  ENOTDIR: { fact: 'a part of the path is not a directory', fix: OTHER_PATH },
  EISDIR: { fact: 'the path is a directory', fix: 'Add the name of a file to the path.' },
  EACCES: { fact: 'this process has no permission to write it', fix: CHANGE_PERMISSIONS },
  EPERM: { fact: 'this process has no permission to write it', fix: CHANGE_PERMISSIONS },
  EROFS: { fact: 'the file system is read-only', fix: OTHER_PATH },
  ENOSPC: { fact: 'there is no space left on the disk', fix: MAKE_ROOM },
  EDQUOT: { fact: 'the quota of the disk is used up', fix: MAKE_ROOM },
  EMFILE: { fact: 'this process has too many open files', fix: 'Raise its limit (ulimit -n).' },
};

/**
 * Creates the transport to a file.
 *
 * @param options the path and its limits
 */
export function createFileTransport(options: LineFileOptions): Transport {
  const file = new LineFile(options);
  // A batch that was written just before the process exits is not counted yet, so sendSync() receives it again.
  let lastWritten: Uint8Array | undefined;

  function write(body: Uint8Array): TransportResult {
    if (body === lastWritten) return { kind: 'success', wireBytes: 0 };
    const line = toOtlpJson(body, '\n');
    if (line === undefined) {
      return { kind: 'encoding_failure', message: 'a batch cannot be converted to JSON', wireBytes: 0 };
    }
    try {
      file.append(line);
    } catch (error) {
      return toFailure(error);
    }
    lastWritten = body;
    return { kind: 'success', wireBytes: line.length };
  }

  return {
    send: async ({ body }) => write(body),
    sendSync: write,
    hold: () => undefined,
    close: () => file.close(),
  };
}

/**
 * Explains an error of the file system.
 *
 * @param error the value that the file system threw
 */
export function explainFileError(error: unknown): FileProblem {
  const known = getOwn(FILE_PROBLEMS, getErrorCode(error) ?? '');
  return known ?? { fact: `the file cannot be written (${safeText(error)})`, fix: OTHER_PATH };
}

function toFailure(error: unknown): TransportResult {
  const { fact, fix } = explainFileError(error);
  const message = safeText(error);
  const diagnosis = { code: 'file_not_writable', fact, fix } as const;
  return {
    kind: 'failure',
    code: getErrorCode(error) ?? 'ERROR',
    message,
    diagnosis,
    isRequestSent: false,
    wireBytes: 0,
  };
}
