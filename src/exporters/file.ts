// A file of OTLP JSON lines, as the Collector's file exporter writes it: for a machine without a receiver, for tests, and
// for whoever picks files up. `readTraces` of the analysis and the Collector's otlpjsonfile receiver read it.

import type { Check } from '../core/check.js';
import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock } from '../core/clock.js';
import { TraceError } from '../core/errors.js';
import { formatValue } from '../core/format-value.js';
import { nodeLineFileSystem } from '../delivery/file/line-file-system.js';
import { createFileTransport, explainFileError } from '../delivery/file/file-transport.js';
import type { Delivery } from '../delivery/index.js';
import type { Exporter } from './exporter.js';
import { optionProblems } from './option-validation.js';
import { nothingYet, notStarted } from './not-started.js';

/** Which file, and how much is kept. */
export interface FileOptions {
  /** The file, appended to; relative to the working directory at `init()`. @default TRACE_FILE, else 'traces.jsonl' */
  readonly path?: string;
  /** Bytes after which the file is put aside under a name with the time. @default 104857600 (100 MiB) */
  readonly maxBytes?: number;
  /** Files that were put aside and are kept; the oldest go first. @default 5 */
  readonly maxBackups?: number;
}

const DEFAULT_PATH = 'traces.jsonl';
const DEFAULT_MAX_BYTES = 100 * 1024 * 1024;
const DEFAULT_MAX_BACKUPS = 5;

/**
 * Writes spans to a file, one OTLP request in JSON a line.
 *
 * @param options which file; an option of a wrong kind throws a `TraceError`
 * @example
 * init({ service: 'orders', exporter: file({ path: '/var/log/orders/traces.jsonl' }) });
 * @see https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/
 */
export function file(options: FileOptions = {}): Exporter {
  check(options);
  const { maxBytes = DEFAULT_MAX_BYTES, maxBackups = DEFAULT_MAX_BACKUPS } = options;
  let path: string | undefined;
  let delivery: Delivery | undefined;

  return {
    name: 'file',
    get endpoint() {
      return path ?? options.path ?? '';
    },
    processor({ env, deliver }) {
      path = resolve(options.path ?? (env['TRACE_FILE'] || DEFAULT_PATH));
      const files = nodeLineFileSystem;
      delivery = deliver({
        name: 'file',
        endpoint: pathToFileURL(path),
        shown: path,
        transport: createFileTransport({
          path,
          maxBytes,
          maxBackups,
          files,
          wallMs: () => systemClock.wallMs(),
        }),
      });
      return delivery.processor;
    },
    check: async () => (path === undefined ? notStarted('file') : look(path)),
    stats: () => delivery?.stats() ?? nothingYet('file'),
    controls: () => delivery,
  };
}

/** Whether the file can be written, without making it. */
function look(path: string): Check {
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' });
    accessSync(there === undefined ? dirname(path) : path, constants.W_OK);
    return { name: 'file', status: 'ok', message: `${path} can be written` };
  } catch (error) {
    const { fact, fix } = explainFileError(error);
    return {
      name: 'file',
      status: 'error',
      message: `${path}: ${fact}`,
      why: 'No span is written until it can be.',
      fix: `${fix.charAt(0).toUpperCase()}${fix.slice(1)}.`,
    };
  }
}

function check(options: FileOptions): void {
  const problems = optionProblems('file', options, ['path', 'maxBytes', 'maxBackups']);
  const { path, maxBytes, maxBackups } = { ...options };
  const say = (option: string, expected: string, value: unknown): void =>
    void problems.push({
      code: 'wrong_type',
      path: `file.${option}`,
      expected,
      received: formatValue(value),
    });
  if (path !== undefined && (typeof path !== 'string' || path === '' || path.includes('\0'))) {
    say('path', 'the path of a file', path);
  }
  if (maxBytes !== undefined && !(Number.isSafeInteger(maxBytes) && maxBytes > 0)) {
    say('maxBytes', 'a whole number of bytes, 1 or more', maxBytes);
  }
  if (maxBackups !== undefined && !(Number.isSafeInteger(maxBackups) && maxBackups >= 0)) {
    say('maxBackups', 'a whole number of files, 0 or more', maxBackups);
  }
  const [first, ...rest] = problems;
  if (first !== undefined) throw new TraceError([first, ...rest]);
}
