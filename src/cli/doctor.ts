// `trace doctor`: says what is wrong with a tracing set-up, why it matters and what to do, or that all is well.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DoctorRequest } from '../setup/doctor-entry.js';
import { EXPORTER_ALIASES, EXPORTER_NAMES, own } from '../core/known-names.js';
import { formatJsonReport, isAllGood, formatReport } from './doctor-report.js';
import { type Command, type CliProcess, isColorEnabled, terminalWidth } from './cli-process.js';
import { type OptionSpec, parseOptions, unknownNameMessage, UsageError } from './parse-options.js';

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  import: { type: 'text' },
  exporter: { type: 'text', short: 'e' },
  endpoint: { type: 'text' },
  json: { type: 'flag' },
};

const HELP = `Usage: trace doctor [options]

Checks a tracing set-up and sends a real span: Node, the copies of
@opentelemetry/api, the variables, the way to each backend (name, connection,
TLS, proxy, its answers), the clocks, and whether the span can be read back.
The span is called 'trace doctor'.

Options given to init() in code are not in the environment; --import loads the
file that calls it, and what it set up is checked.

Options:
      --import FILE    the file that calls init(); without it, the environment
                       is taken as init() would take it
  -e, --exporter NAME  check this exporter in place of the one that is set
      --endpoint URL   check this endpoint (otlp and jaeger)
      --json           the whole report as one JSON object
  -h, --help           this text

Exit status: 0 all is good, 1 something is wrong, 2 it was called wrongly.
`;

/** `trace doctor`. */
export const doctor: Command = {
  name: 'doctor',
  summary: 'say what is wrong with a tracing set-up, and how to mend it',
  help: HELP,

  async run(argv, io) {
    const { flags, texts, positionals } = parseOptions(argv, OPTIONS);
    if (positionals[0] !== undefined) {
      throw new UsageError(`doctor takes no argument, got "${positionals[0]}". Is it the file for --import?`);
    }
    const { request, exporter } = parseRequest(texts, io);
    // What init() would do is known to the package itself; its program stands beside this one.
    const { runDoctor } = await import('../setup/doctor-entry.js');
    io.stderr.write(
      `checking ${exporter ?? 'the set-up'}; backends that answer get a span called 'trace doctor'\n`,
    );
    const report = await runDoctor(request, { env: io.env, cwd: io.cwd(), directories: [io.cwd()] });
    io.stdout.write(
      flags.has('json')
        ? `${formatJsonReport(report)}\n`
        : formatReport(report, { width: terminalWidth(io), color: isColorEnabled(io), isImported: texts.has('import') }),
    );
    return isAllGood(report) ? 0 : 1;
  },
};

function parseRequest(
  texts: ReadonlyMap<string, string>,
  io: CliProcess,
): { readonly request: DoctorRequest; readonly exporter: string | undefined } {
  const [written, endpoint, given] = [texts.get('exporter'), texts.get('endpoint'), texts.get('import')];
  const exporter = written === undefined ? undefined : parseExporterName(written);
  if (given !== undefined && (written !== undefined || endpoint !== undefined)) {
    throw new UsageError(
      '--import checks what the file sets up; --exporter and --endpoint do not go with it.',
    );
  }
  if (endpoint !== undefined && exporter !== undefined && exporter !== 'otlp' && exporter !== 'jaeger') {
    throw new UsageError(
      `--endpoint goes with otlp and jaeger; the endpoint of ${exporter} is set by its variables.`,
    );
  }
  const path = given === undefined ? undefined : resolve(io.cwd(), given);
  if (path !== undefined && !existsSync(path)) throw new UsageError(`There is no file ${path}.`);
  const file = path === undefined ? undefined : { path, load: () => import(pathToFileURL(path).href) };
  return { request: { file, exporter, endpoint }, exporter: exporter ?? given };
}

function parseExporterName(written: string): (typeof EXPORTER_NAMES)[number] {
  const found = EXPORTER_NAMES.find(name => name.toLowerCase() === written.toLowerCase());
  const name = found ?? own(EXPORTER_ALIASES, written.toLowerCase());
  if (name === undefined) throw new UsageError(unknownNameMessage(written, EXPORTER_NAMES, 'exporter'));
  return name;
}
