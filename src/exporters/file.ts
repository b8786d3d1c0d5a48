// A file of OTLP JSON lines, in the format of the Collector's file exporter: for a machine without a receiver, for tests,
// and for programs that collect files. `readTraces` of the analysis and the Collector's otlpjsonfile receiver read it.

import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Check } from '../core/check.js';
import { systemClock } from '../core/clock.js';
import { formatValue } from '../core/format-value.js';
import { addProblem, numberInRange, throwIfInvalid, type Validator } from '../core/validators.js';
import { createFileTransport, explainFileError } from '../delivery/file/file-transport.js';
import { nodeLineFileSystem } from '../delivery/file/line-file-system.js';
import { deliveryValidator } from '../delivery/validate-options.js';
import type { DeliveryOptions, Exporter } from './exporter.js';
import { withExtras } from './exporter-context.js';
import { notStartedCheck } from './exporter-state.js';
import { validateExporterOptions } from './option-validation.js';

/** The file and its limits. */
export interface FileOptions {
  /** The file, to which spans are appended. A relative path starts at the working directory at `init()`. @default `DO_TRACE_FILE`, else 'traces.jsonl' */
  readonly path?: string | undefined;
  /** Size in bytes at which the file is renamed to a backup with the time in its name. @default 104857600 (100 MiB) */
  readonly maxBytes?: number | undefined;
  /** Number of backups. The oldest is deleted first. @default 5 */
  readonly maxBackups?: number | undefined;
  /** Queueing and writing. @default the `delivery` option of `init()` */
  readonly delivery?: DeliveryOptions | undefined;
}

const NAME = 'file';
const DEFAULT_PATH = 'traces.jsonl';
const DEFAULT_MAX_BYTES = 100 * 1024 * 1024;
const DEFAULT_MAX_BACKUPS = 5;

/**
 * Writes spans to a file, one OTLP request in JSON on each line.
 *
 * @param options the file and its limits
 * @throws TraceError with every mistake in the options
 * @example
 * init({ service: 'orders', exporter: file({ path: '/var/log/orders/traces.jsonl' }) });
 * @see https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/
 */
export function file(options: FileOptions = {}): Exporter {
  const given = validate(options);
  const { maxBytes = DEFAULT_MAX_BYTES, maxBackups = DEFAULT_MAX_BACKUPS } = given;
  let path = given.path ?? '';
  let check = (): Promise<Check> => notStartedCheck(NAME);

  return {
    name: NAME,
    get endpoint() {
      return path;
    },
    start({ env, deliver }) {
      const absolute = resolve(given.path ?? (env['DO_TRACE_FILE'] || DEFAULT_PATH));
      const wallMs = (): number => systemClock.wallMs();
      const transport = createFileTransport({
        path: absolute,
        maxBytes,
        maxBackups,
        fileSystem: nodeLineFileSystem,
        wallMs,
      });
      const destination = { name: NAME, endpoint: pathToFileURL(absolute), delivery: given.delivery };
      path = absolute;
      check = async () => checkFile(absolute);
      return deliver(withExtras(destination, { displayEndpoint: absolute, transport }));
    },
    check: () => check(),
  };
}

/** Whether the file can be written. The file is not created. */
function checkFile(path: string): Check {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' });
    accessSync(stats === undefined ? dirname(path) : path, constants.W_OK);
    return { name: NAME, status: 'ok', message: `${path} can be written` };
  } catch (error) {
    const { fact, fix } = explainFileError(error);
    return {
      name: NAME,
      status: 'error',
      code: 'file_not_writable',
      message: `${path}: ${fact}`,
      why: 'No span is written until the file can be written.',
      fix,
      source: NAME,
    };
  }
}

function validate(options: FileOptions): FileOptions {
  const { options: given, problems } = validateExporterOptions<FileOptions>(NAME, options, {
    path: filePath,
    maxBytes: wholeNumber(1, 'a whole number of bytes, 1 or more'),
    maxBackups: wholeNumber(0, 'a whole number of files, 0 or more'),
    delivery: deliveryValidator,
  });
  throwIfInvalid(problems);
  return given;
}

const filePath: Validator<string> = (value, context) =>
  typeof value === 'string' && value !== '' && !value.includes('\0')
    ? value
    : addProblem(context, 'wrong_type', 'the path of a file', formatValue(value));

function wholeNumber(min: number, expected: string): Validator<number> {
  return numberInRange({ min, max: Number.MAX_SAFE_INTEGER, isInteger: true, expected });
}
