// A file in place of a backend: each chunk becomes one line of OTLP JSON, as the Collector's file exporter writes it and its
// receiver reads it. Source: https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/

import { safeText } from '../../core/diagnostics.js';
import { own } from '../../core/known-names.js';
import { toOtlpJson } from '../otlp/json-transcode.js';
import type { Outcome, Transport } from '../transport.js';
import { type LineFileOptions, LineFile } from './line-file.js';

/** An error of the file system: the fact, and what to do about it. */
export interface FileTrouble {
  readonly fact: string;
  readonly fix: string;
}

const ROOM = 'make room, or keep less with `maxBytes` and `maxBackups`';
const RIGHTS = 'change the rights of the file or of its directory, or choose another `path`';
const ELSEWHERE = 'choose another `path`';

const TROUBLES: Readonly<Record<string, FileTrouble>> = {
  ENOENT: { fact: 'its directory does not exist', fix: `make it, or ${ELSEWHERE}` },
  ENOTDIR: { fact: 'a part of the path is no directory', fix: ELSEWHERE },
  EISDIR: { fact: 'this is a directory', fix: 'add the name of a file to `path`' },
  EACCES: { fact: 'this process may not write there', fix: RIGHTS },
  EPERM: { fact: 'this process may not write there', fix: RIGHTS },
  EROFS: { fact: 'the file system is read-only', fix: ELSEWHERE },
  ENOSPC: { fact: 'there is no space left on the disk', fix: ROOM },
  EDQUOT: { fact: 'the quota of the disk is used up', fix: ROOM },
  EMFILE: { fact: 'this process has too many files open', fix: 'raise its limit (ulimit -n)' },
};

/** Makes the transport to a file. */
export function createFileTransport(options: LineFileOptions): Transport {
  const file = new LineFile(options);
  // A chunk that was written just before the process ended is not written twice, although nobody has counted it yet.
  let written: Uint8Array | undefined;

  function write(body: Uint8Array): Outcome {
    if (body === written) return { kind: 'taken', wireBytes: 0 };
    const line = toOtlpJson(body, '\n');
    if (line === undefined) {
      return { kind: 'unsendable', message: 'a chunk cannot be written as JSON', wireBytes: 0 };
    }
    try {
      file.append(line);
    } catch (error) {
      return failed(error);
    }
    written = body;
    return { kind: 'taken', wireBytes: line.length };
  }

  return {
    send: async ({ body }) => write(body),
    sendSync: write,
    hold: () => undefined,
    close: () => file.close(),
  };
}

/**
 * What is wrong with a file, and what to do about it.
 *
 * @param error what the file system threw
 */
export function explainFileError(error: unknown): FileTrouble {
  const trouble = own(TROUBLES, codeOf(error));
  return trouble ?? { fact: `the file cannot be written (${safeText(error)})`, fix: ELSEWHERE };
}

function failed(error: unknown): Outcome {
  const { fact, fix } = explainFileError(error);
  const message = safeText(error);
  const explanation = `${fact}; ${fix}`;
  return { kind: 'failed', code: codeOf(error), message, explanation, delivered: false, wireBytes: 0 };
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? 'ERROR';
}
