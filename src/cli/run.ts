// `trace`: finds the command and runs it. A new command is one file and one line in `COMMANDS`.

import { VERSION } from '../core/version.js';
import { collectorConfig } from './collector-config.js';
import { doctor } from './doctor.js';
import type { Command, CliProcess } from './cli-process.js';
import { unknownNameMessage, UsageError } from './parse-options.js';
import { view } from './view.js';

const COMMANDS: readonly Command[] = [view, doctor, collectorConfig];

/**
 * Runs the command line.
 *
 * @param argv what stands behind the program's name
 * @param io the process
 * @returns the exit status: 0 done, 1 it failed, 2 it was called wrongly
 */
export async function run(argv: readonly string[], io: CliProcess): Promise<number> {
  const [first, ...rest] = argv;
  if (first === undefined || first === '--help' || first === '-h') return printResult(io, usageText());
  if (first === '--version' || first === '-v') return printResult(io, `${VERSION}\n`);
  if (first === 'help') return printHelp(rest[0], io);
  const command = COMMANDS.find(({ name }) => name === first);
  if (command === undefined) return printUsageError(io, unknownCommandMessage(first), 'trace --help');
  if (rest.includes('--help') || rest.includes('-h')) return printResult(io, command.help);
  try {
    return await command.run(rest, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return printUsageError(io, error.message, `trace ${command.name} --help`);
  }
}

function printHelp(name: string | undefined, io: CliProcess): number {
  const command = COMMANDS.find(candidate => candidate.name === name);
  if (name === undefined) return printResult(io, usageText());
  return command === undefined ? printUsageError(io, unknownCommandMessage(name), 'trace --help') : printResult(io, command.help);
}

function unknownCommandMessage(written: string): string {
  if (written.startsWith('-')) return unknownNameMessage(written, ['help', 'version']);
  return unknownNameMessage(
    written,
    COMMANDS.map(({ name }) => name),
    'command',
  );
}

function usageText(): string {
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(16)} ${summary}`);
  return `Usage: trace <command> [options]

Commands:
${lines.join('\n')}

Options:
  -h, --help     this text; trace <command> --help tells more
  -v, --version  the version
`;
}

function printResult(io: CliProcess, text: string): number {
  io.stdout.write(text);
  return 0;
}

function printUsageError(io: CliProcess, message: string, more: string): number {
  io.stderr.write(`${message}\nSee ${more}.\n`);
  return 2;
}
