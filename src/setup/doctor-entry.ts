// Runs the doctor: starts tracing from the environment, or loads the application, which calls init(), and then checks it.

import type { Check, CheckReport } from '../core/check.js';
import { safeText } from '../core/diagnostics.js';
import { isTraceError, type OptionProblem, createProblemDiagnostic } from '../core/errors.js';
import { globalState } from '../core/global-state.js';
import type { ExporterName } from '../core/known-names.js';
import { createExporterByName } from '../exporters/by-name.js';
import type { Exporter } from '../exporters/exporter.js';
import { jaeger } from '../exporters/jaeger.js';
import { otlp } from '../exporters/otlp.js';
import { check } from '../span/lifecycle.js';
import type { HostProcess } from './host-process.js';
import { startTracing } from './start.js';

/** A file of the application that calls `init()`. */
export interface ApplicationFile {
  readonly path: string;
  /** Loads the file. The caller supplies it, because CommonJS cannot load every ESM file. */
  readonly load: () => Promise<unknown>;
}

/** The set-up to check. */
export interface DoctorRequest {
  /** The application; without it, tracing is started from the environment. */
  readonly file?: ApplicationFile | undefined;
  /** The exporter, in place of that of the environment. */
  readonly exporter?: ExporterName | undefined;
  /** The endpoint of `otlp` or `jaeger`, in place of that of the environment. */
  readonly endpoint?: string | undefined;
}

const SILENT_LOGGER = { error() {}, warn() {}, info() {}, debug() {} };

/**
 * Starts tracing as `init()` would, checks it, and stops it again. Never rejects.
 *
 * @param request the set-up to check
 * @param host the process to start for
 */
export async function runDoctor(request: DoctorRequest, host: HostProcess): Promise<CheckReport> {
  const { file } = request;
  const { watchRegistrations } = await import('../doctor/index.js');
  const watch = watchRegistrations(() => globalState.lifecycle !== undefined);
  const failures = file === undefined ? startFromEnvironment(request, host) : await loadApplication(file);
  const report: CheckReport =
    failures === undefined
      ? insertProcessChecks(await check(), watch.findings())
      : { ok: false, checks: failures };
  watch.stop();
  await globalState.lifecycle?.shutdown();
  return report;
}

/** Inserts checks of the process before those of the exporters, which have steps. */
function insertProcessChecks(report: CheckReport, added: readonly Check[]): CheckReport {
  const { checks } = report;
  const firstExporter = checks.findIndex(({ steps }) => steps !== undefined);
  const index = firstExporter === -1 ? checks.length : firstExporter;
  return { ...report, checks: [...checks.slice(0, index), ...added, ...checks.slice(index)] };
}

/** Starts tracing from the environment. Returns the failures, or undefined if it started. */
function startFromEnvironment({ exporter, endpoint }: DoctorRequest, host: HostProcess): Check[] | undefined {
  try {
    const requested = createRequestedExporter(exporter, endpoint);
    const options = requested === undefined ? {} : { exporter: requested };
    startTracing({ ...options, logger: SILENT_LOGGER }, host);
    return undefined;
  } catch (error) {
    return createFailureChecks(error, 'the command line');
  }
}

function createRequestedExporter(
  name: ExporterName | undefined,
  endpoint: string | undefined,
): Exporter | undefined {
  if (endpoint === undefined) return name === undefined ? undefined : createExporterByName(name);
  return name === 'jaeger' ? jaeger({ endpoint }) : otlp({ endpoint });
}

/** Loads the application, which calls init(). Returns the failures, or undefined if tracing started. */
async function loadApplication({ path, load }: ApplicationFile): Promise<Check[] | undefined> {
  try {
    await load();
  } catch (error) {
    return createFailureChecks(error, path);
  }
  if (globalState.lifecycle !== undefined) return undefined;
  return [
    {
      name: 'init',
      status: 'error',
      code: 'init_not_called',
      message: `${path} does not call init() while it is loaded`,
      why: 'Without init() nothing is traced.',
      fix: "Name the file that calls init(): the one of 'node --import', or the first import of the application.",
      source: path,
    },
  ];
}

function createFailureChecks(error: unknown, source: string): Check[] {
  if (isTraceError(error)) return error.problems.map(createOptionCheck);
  return [
    {
      name: 'init',
      status: 'error',
      code: 'application_failed',
      message: `${source} failed: ${safeText(error)}`,
      why: 'The application would not start either.',
      fix: 'Run the file with node alone, and correct the error.',
      source,
    },
  ];
}

function createOptionCheck(problem: OptionProblem): Check {
  const { code, message, fix = '', source = problem.path } = createProblemDiagnostic(problem);
  const why = 'init() throws this error, and the application does not start.';
  return { name: 'options', status: 'error', code, message, why, fix, source };
}
