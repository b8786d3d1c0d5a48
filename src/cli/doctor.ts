// `trace doctor`: checks a tracing set-up and prints each fault with its reason and its fix.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EXPORTER_ALIASES, EXPORTER_NAMES, type ExporterName, getOwn } from '../core/known-names.js';
import type { DoctorRequest } from '../setup/doctor-entry.js';
import { type CliProcess, isColorEnabled, getTerminalWidth } from './cli-process.js';
import type { Command } from './command.js';
import { formatJsonReport, formatReport, isAllGood } from './doctor-report.js';
import { type OptionSpec, parseOptions, formatUnknownName, UsageError } from './parse-options.js';

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  import: { type: 'text' },
  exporter: { type: 'text', short: 'e' },
  endpoint: { type: 'text' },
  json: { type: 'flag' },
};

const HELP = `Usage: trace doctor [options]

Checks a tracing set-up and sends a real span named 'trace doctor'. It examines
the version of Node, the copies of @opentelemetry/api, the environment
variables, the connection to each backend (DNS, proxy, TLS, responses), the
clocks, and whether the backend has stored the span.

The environment does not contain options that code passes to init(). To check
these, load the file that calls init() with --import.

Options:
      --import FILE    load this file, which calls init(); without it, the
                       environment is read as init() reads it
  -e, --exporter NAME  check this exporter in place of the configured one
      --endpoint URL   check this endpoint (otlp and jaeger)
      --json           print the whole report as one JSON object
  -h, --help           print this text

Exit status: 0 for no faults, 1 for an error or a warning, 2 for wrong
arguments.
`;

/** `trace doctor`. */
export const doctor: Command = {
  name: 'doctor',
  summary: 'find faults in a tracing set-up, with their fixes',
  help: HELP,

  async run(argv, cli) {
    const { flags, texts, positionals } = parseOptions(argv, OPTIONS);
    if (positionals[0] !== undefined) {
      throw new UsageError(
        `doctor takes no argument, got "${positionals[0]}". Use --import for a file that calls init().`,
      );
    }
    const { request, subject } = parseRequest(texts, cli);
    // init() is in the package's own program beside this one. It is loaded only for this command.
    const { runDoctor } = await import('../setup/doctor-entry.js');
    cli.stderr.write(`checking ${subject}; backends receive a span named 'trace doctor'\n`);
    const report = await runDoctor(request, { env: cli.env, cwd: cli.cwd(), directories: [cli.cwd()] });
    cli.stdout.write(
      flags.has('json')
        ? `${formatJsonReport(report)}\n`
        : formatReport(report, {
            width: getTerminalWidth(cli),
            color: isColorEnabled(cli),
            isImported: texts.has('import'),
          }),
    );
    return isAllGood(report) ? 0 : 1;
  },
};

function parseRequest(
  texts: ReadonlyMap<string, string>,
  cli: CliProcess,
): { readonly request: DoctorRequest; readonly subject: string } {
  const [exporterText, endpoint, importText] = [
    texts.get('exporter'),
    texts.get('endpoint'),
    texts.get('import'),
  ];
  const exporter = exporterText === undefined ? undefined : parseExporterName(exporterText);
  if (importText !== undefined && (exporterText !== undefined || endpoint !== undefined)) {
    throw new UsageError(
      '--import checks the set-up of the file. It cannot be combined with --exporter or --endpoint.',
    );
  }
  if (endpoint !== undefined && exporter !== undefined && exporter !== 'otlp' && exporter !== 'jaeger') {
    throw new UsageError(
      `--endpoint applies to otlp and jaeger. Set the endpoint of ${exporter} in its environment variables.`,
    );
  }
  const path = importText === undefined ? undefined : resolve(cli.cwd(), importText);
  if (path !== undefined && !existsSync(path)) throw new UsageError(`There is no file ${path}.`);
  const file = path === undefined ? undefined : { path, load: () => import(pathToFileURL(path).href) };
  return { request: { file, exporter, endpoint }, subject: exporter ?? importText ?? 'the set-up' };
}

function parseExporterName(text: string): ExporterName {
  const exactName = EXPORTER_NAMES.find(name => name.toLowerCase() === text.toLowerCase());
  const name = exactName ?? getOwn(EXPORTER_ALIASES, text.toLowerCase());
  if (name === undefined) throw new UsageError(formatUnknownName(text, EXPORTER_NAMES, 'exporter'));
  return name;
}
