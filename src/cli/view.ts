// `trace view`: takes spans from applications on this machine and prints each finished trace as a tree.

import { renderTree, traceJson } from '../analysis/index.js';
import { pluralize } from '../core/pluralize.js';
import { createDiagnostics } from '../core/diagnostics.js';
import {
  isLoopback,
  type Receiver,
  ReceiverError,
  type ReceiverOptions,
  startReceiver,
} from '../receiver/index.js';
import { type Command, type CliProcess, isColorEnabled, terminalWidth } from './cli-process.js';
import { type ParsedOptions, type OptionSpec, parseOptions, UsageError } from './parse-options.js';

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  port: { type: 'number', short: 'p', min: 0, max: 65_535 },
  host: { type: 'text' },
  json: { type: 'flag' },
  'max-bytes': { type: 'bytes' },
  'quiet-ms': { type: 'number', min: 0, max: 3_600_000 },
};

const HELP = `Usage: trace view [options]

Listens for OTLP over HTTP (JSON, protobuf, gzip) and prints each finished trace as a tree.
Ctrl-C prints what is still waiting and ends.

Options:
  -p, --port N       port to listen on; 0 takes a free one (default 4318)
      --host HOST    address to listen on (default 127.0.0.1: this machine only)
      --json         one JSON object on each line: first {"listening": URL}, then each trace
      --max-bytes N  memory for traces, such as 64MiB; the oldest goes first (default 128MiB)
      --quiet-ms N   milliseconds without news after which a trace is finished (default 1500)
  -h, --help         this text

While it runs:
  GET /api/traces        the traces in memory, newest first
  GET /api/traces/ID     one trace with all its spans
`;

/** `trace view`. */
export const view: Command = {
  name: 'view',
  summary: 'listen for traces and print each one as a tree',
  help: HELP,

  async run(argv, io) {
    const parsed = parseOptions(argv, OPTIONS);
    const options = receiverOptions(parsed);
    const json = parsed.flags.has('json');
    // Asked for before anything is printed: who reads the first line may end us at once.
    const interrupted = io.waitForInterrupt();
    let receiver: Receiver;
    try {
      receiver = await startReceiver({ ...options, ...createCallbacks(io, json) });
    } catch (error) {
      if (!(error instanceof ReceiverError)) throw error;
      io.stderr.write(`trace view: ${error.message}\n`);
      return 1;
    }
    printStart(io, receiver.url, json, options.host);
    await interrupted;
    await receiver.close();
    io.stderr.write(endSummary(receiver));
    return 0;
  },
};

function receiverOptions({ texts, numbers, positionals }: ParsedOptions): ReceiverOptions {
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

/** What the receiver tells, as text or JSON lines on stdout, and refusals once for each kind on stderr. */
function createCallbacks(io: CliProcess, json: boolean): Pick<ReceiverOptions, 'onTrace' | 'onRejected'> {
  const line = (message: string): unknown => io.stderr.write(`${message}\n`);
  const diagnostics = createDiagnostics({ logger: { error: line, warn: line, info: line, debug: line } });
  return {
    onTrace(trace, { revision, complete }) {
      if (json) {
        io.stdout.write(`${jsonLine({ ...traceJson(trace), revision, complete })}\n`);
        return;
      }
      if (revision > 1) io.stdout.write(`more of a trace shown before (${revision}):\n`);
      io.stdout.write(`${renderTree(trace, { width: terminalWidth(io), color: isColorEnabled(io) })}\n`);
    },
    onRejected(status, message) {
      diagnostics.once(
        `${status} ${message}`,
        'warn',
        `refused a request with ${status}: ${printable(message)}`,
      );
    },
  };
}

function printStart(io: CliProcess, url: string, json: boolean, host: string | undefined): void {
  if (json) io.stdout.write(`${jsonLine({ listening: url })}\n`);
  io.stderr.write(
    `listening on ${url} for OTLP over HTTP (JSON, protobuf); finished traces appear here, Ctrl-C ends\n`,
  );
  if (host !== undefined && !isLoopback(host.toLowerCase())) {
    io.stderr.write('other machines can reach this address: what they send and read is not protected\n');
  }
}

function endSummary({ store }: Receiver): string {
  const { receivedSpans, traces, evictedTraces, droppedSpans } = store.stats();
  const lost =
    evictedTraces + droppedSpans === 0
      ? ''
      : `; ${pluralize(evictedTraces, 'trace')} and ${pluralize(droppedSpans, 'span')} did not fit into memory (--max-bytes)`;
  return `ended: ${pluralize(receivedSpans, 'span')} received, ${pluralize(traces, 'trace')} in memory${lost}\n`;
}

/** JSON on one line, without the C1 controls that some terminals obey and JSON does not escape. */
function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007F-\u009F\u2028\u2029]/g, escapeUnit);
}

function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, escapeUnit);
}

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
