// `trace`: selects the command and runs it. A new command is one file and one entry in `COMMANDS`.

import { VERSION } from '../core/version.js';
import type { CliProcess } from './cli-process.js';
import { collectorConfig } from './collector-config.js';
import type { Command } from './command.js';
import { doctor } from './doctor.js';
import { formatUnknownName, UsageError } from './parse-options.js';
import { view } from './view.js';

const COMMANDS: readonly Command[] = [view, doctor, collectorConfig];

/**
 * Runs the command line.
 *
 * @param argv the arguments after the program's name
 * @param cli the process
 * @returns the exit status: 0 for success, 1 for a failure, 2 for wrong arguments
 */
export async function run(argv: readonly string[], cli: CliProcess): Promise<number> {
  const [first, ...rest] = argv;
  if (first === undefined || first === '--help' || first === '-h') return printResult(cli, formatUsage());
  if (first === '--version' || first === '-v') return printResult(cli, `${VERSION}\n`);
  if (first === 'help') return printHelp(rest[0], cli);
  const command = COMMANDS.find(({ name }) => name === first);
  if (command === undefined) return printUsageError(cli, formatUnknownCommand(first), 'trace --help');
  if (rest.includes('--help') || rest.includes('-h')) return printResult(cli, command.help);
  try {
    return await command.run(rest, cli);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return printUsageError(cli, error.message, `trace ${command.name} --help`);
  }
}

function printHelp(name: string | undefined, cli: CliProcess): number {
  const command = COMMANDS.find(candidate => candidate.name === name);
  if (name === undefined) return printResult(cli, formatUsage());
  return command === undefined
    ? printUsageError(cli, formatUnknownCommand(name), 'trace --help')
    : printResult(cli, command.help);
}

function formatUnknownCommand(name: string): string {
  if (name.startsWith('-')) return formatUnknownName(name, ['help', 'version']);
  return formatUnknownName(
    name,
    COMMANDS.map(command => command.name),
    'command',
  );
}

function formatUsage(): string {
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(16)} ${summary}`);
  return `Usage: trace <command> [options]

Commands:
${lines.join('\n')}

Options:
  -h, --help       print this text; trace <command> --help for a command
  -v, --version    print the version
`;
}

function printResult(cli: CliProcess, text: string): number {
  cli.stdout.write(text);
  return 0;
}

/** @param helpCommand the command that prints the right usage */
function printUsageError(cli: CliProcess, message: string, helpCommand: string): number {
  cli.stderr.write(`${message}\nRun "${helpCommand}" for the usage.\n`);
  return 2;
}
