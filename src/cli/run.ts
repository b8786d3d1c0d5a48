// `trace`: finds the command and runs it. A new command is one file and one line in `COMMANDS`.

import { VERSION } from '../core/version.js';
import { collectorConfig } from './collector-config.js';
import { doctor } from './doctor.js';
import type { Command, Io } from './io.js';
import { unknown, UsageError } from './options.js';
import { view } from './view.js';

const COMMANDS: readonly Command[] = [view, doctor, collectorConfig];

/**
 * Runs the command line.
 *
 * @param argv what stands behind the program's name
 * @param io the process
 * @returns the exit status: 0 done, 1 it failed, 2 it was called wrongly
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const [first, ...rest] = argv;
  if (first === undefined || first === '--help' || first === '-h') return print(io, overview());
  if (first === '--version' || first === '-v') return print(io, `${VERSION}\n`);
  if (first === 'help') return help(rest[0], io);
  const command = COMMANDS.find(({ name }) => name === first);
  if (command === undefined) return misuse(io, unknownName(first), 'trace --help');
  if (rest.includes('--help') || rest.includes('-h')) return print(io, command.help);
  try {
    return await command.run(rest, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return misuse(io, error.message, `trace ${command.name} --help`);
  }
}

function help(name: string | undefined, io: Io): number {
  const command = COMMANDS.find(candidate => candidate.name === name);
  if (name === undefined) return print(io, overview());
  return command === undefined ? misuse(io, unknownName(name), 'trace --help') : print(io, command.help);
}

function unknownName(written: string): string {
  if (written.startsWith('-')) return unknown(written, ['help', 'version']);
  return unknown(
    written,
    COMMANDS.map(({ name }) => name),
    'command',
  );
}

function overview(): string {
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(16)} ${summary}`);
  return `Usage: trace <command> [options]

Commands:
${lines.join('\n')}

Options:
  -h, --help     this text; trace <command> --help tells more
  -v, --version  the version
`;
}

function print(io: Io, text: string): number {
  io.stdout.write(text);
  return 0;
}

function misuse(io: Io, message: string, more: string): number {
  io.stderr.write(`${message}\nSee ${more}.\n`);
  return 2;
}
