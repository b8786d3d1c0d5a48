// `trace view`: receives spans from applications on this machine and prints each finished trace as a tree.

import { renderTree, traceJson } from '../analysis/index.js';
import { createDiagnostics } from '../core/diagnostics.js';
import { pluralize } from '../core/pluralize.js';
import {
  isLoopback,
  type Receiver,
  ReceiverError,
  type ReceiverOptions,
  startReceiver,
} from '../receiver/index.js';
import { type CliProcess, isColorEnabled, getTerminalWidth } from './cli-process.js';
import type { Command } from './command.js';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from './parse-options.js';

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  port: { type: 'number', short: 'p', min: 0, max: 65_535 },
  host: { type: 'text' },
  json: { type: 'flag' },
  'max-bytes': { type: 'bytes' },
  'quiet-ms': { type: 'number', min: 0, max: 3_600_000 },
};

const HELP = `Usage: trace view [options]

Listens for OTLP over HTTP (JSON, protobuf, gzip) and prints each finished trace
as a tree. Ctrl-C prints the waiting traces and ends the command.

Options:
  -p, --port N       the port; 0 takes a free one (default 4318)
      --host HOST    the address (default 127.0.0.1, this machine only)
      --json         print one JSON object on each line: first
                     {"schema": 1, "listening": URL}, then each trace
      --max-bytes N  memory for traces, such as 64MiB; the oldest trace is
                     removed first (default 128MiB)
      --quiet-ms N   milliseconds without new spans after which a trace is
                     finished (default 1500)
  -h, --help         print this text

While it runs:
  GET /api/v1/traces        the traces in memory, newest first
  GET /api/v1/traces/ID     one trace with all its spans
`;

/** `trace view`. */
export const view: Command = {
  name: 'view',
  summary: 'receive traces and print each as a tree',
  help: HELP,

  async run(argv, cli) {
    const parsed = parseOptions(argv, OPTIONS);
    const options = parseReceiverOptions(parsed);
    const json = parsed.flags.has('json');
    // Listen for signals before the first line is printed: its reader may send one at once.
    const interrupted = cli.waitForInterrupt();
    let receiver: Receiver;
    try {
      receiver = await startReceiver({ ...options, ...createCallbacks(cli, json) });
    } catch (error) {
      if (!(error instanceof ReceiverError)) throw error;
      cli.stderr.write(`trace view: ${error.message}\n`);
      return 1;
    }
    printStart(cli, receiver.url, json, options.host);
    await interrupted;
    await receiver.close();
    cli.stderr.write(formatEndSummary(receiver));
    return 0;
  },
};

function parseReceiverOptions({ texts, numbers, positionals }: ParsedOptions): ReceiverOptions {
  if (positionals[0] !== undefined) {
    throw new UsageError(`view takes no file, got "${positionals[0]}".`);
  }
  const host = texts.get('host');
  const port = numbers.get('port');
  const maxBytes = numbers.get('max-bytes');
  const quietMs = numbers.get('quiet-ms');
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(quietMs === undefined ? {} : { quietMs }),
  };
}

/** The callbacks that print traces to stdout, and each kind of rejected request once to stderr. */
function createCallbacks(cli: CliProcess, json: boolean): Pick<ReceiverOptions, 'onTrace' | 'onRejected'> {
  const writeLine = (message: string): unknown => cli.stderr.write(`${message}\n`);
  const logger = { error: writeLine, warn: writeLine, info: writeLine, debug: writeLine };
  const diagnostics = createDiagnostics({ logger });
  return {
    onTrace(trace, { revision, complete }) {
      if (json) {
        cli.stdout.write(`${formatJsonLine({ ...traceJson(trace), revision, complete })}\n`);
        return;
      }
      if (revision > 1) cli.stdout.write(`more spans of an earlier trace (revision ${revision}):\n`);
      const options = { width: getTerminalWidth(cli), color: isColorEnabled(cli) };
      cli.stdout.write(`${renderTree(trace, options)}\n`);
    },
    onRejected(status, reason) {
      diagnostics.reportOnce(`${status} ${reason}`, 'warn', {
        code: 'incoming_request_rejected',
        message: `rejected a request with status ${status}`,
        fix: escapeControls(reason),
        source: 'trace view',
      });
    },
  };
}

function printStart(cli: CliProcess, url: string, json: boolean, host: string | undefined): void {
  if (json) cli.stdout.write(`${formatJsonLine({ schema: 1, listening: url })}\n`);
  cli.stderr.write(`listening on ${url} for OTLP over HTTP (JSON or protobuf). Press Ctrl-C to end.\n`);
  if (host !== undefined && !isLoopback(host.toLowerCase())) {
    cli.stderr.write(
      'warning: other machines can reach this address; they can send spans and read all traces\n',
    );
  }
}

function formatEndSummary({ store }: Receiver): string {
  const { receivedSpans, traces, evictedTraces, droppedSpans } = store.stats();
  const lost =
    evictedTraces + droppedSpans === 0
      ? ''
      : `; ${pluralize(evictedTraces, 'trace')} and ${pluralize(droppedSpans, 'span')} did not fit into memory (--max-bytes)`;
  return `ended: ${pluralize(receivedSpans, 'span')} received, ${pluralize(traces, 'trace')} in memory${lost}\n`;
}

/** JSON on one line. C1 controls are escaped, because JSON does not escape them and some terminals interpret them. */
function formatJsonLine(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007F-\u009F\u2028\u2029]/g, escapeUnit);
}

function escapeControls(text: string): string {
  return text.replace(/\p{Cc}/gu, escapeUnit);
}

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
