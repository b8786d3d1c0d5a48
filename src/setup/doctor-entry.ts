// What `trace doctor` runs: init() for the environment it is started in, or the application's own, and then its check.

import type { Check, CheckReport } from '../core/check.js';
import { problemFact, isTraceError, problemFix } from '../core/errors.js';
import { safeText } from '../core/diagnostics.js';
import { globalState } from '../core/global-state.js';
import type { Exporter } from '../exporters/exporter.js';
import { exporterByName } from '../exporters/by-name.js';
import { jaeger } from '../exporters/jaeger.js';
import { otlp } from '../exporters/otlp.js';
import type { ExporterName } from '../core/known-names.js';
import { check } from '../span/lifecycle.js';
import { startTracing } from './start.js';
import type { HostProcess } from './host-process.js';

/** What is asked for. */
export interface DiagnoseRequest {
  /** A file of the application that calls `init()`. It is loaded by the caller, because CommonJS cannot load every ESM file. */
  readonly file?: { readonly path: string; readonly load: () => Promise<unknown> } | undefined;
  /** The exporter, in place of what the environment names. */
  readonly exporter?: ExporterName | undefined;
  /** Where `otlp` or `jaeger` sends, in place of what the environment says. */
  readonly endpoint?: string | undefined;
}

const SILENT = { error() {}, warn() {}, info() {}, debug() {} };

/**
 * Starts tracing as `init()` would, checks it, and stops it again. Never rejects.
 *
 * @param request what is asked for
 * @param host the process it is for
 */
export async function diagnose(request: DiagnoseRequest, host: HostProcess): Promise<CheckReport> {
  const { file } = request;
  const { watchRegistrations } = await import('../doctor/index.js');
  const watch = watchRegistrations(() => globalState.lifecycle !== undefined);
  const found = file === undefined ? startHere(request, host) : await load(file);
  const report = found === undefined ? withFindings(await check(), watch.findings()) : bad(found);
  watch.stop();
  await globalState.lifecycle?.shutdown();
  return report;
}

/** The report with findings about the process, before those about the exporters. */
function withFindings(report: CheckReport, findings: readonly Check[]): CheckReport {
  const { checks } = report;
  const at = checks.findIndex(({ steps }) => steps !== undefined);
  const place = at === -1 ? checks.length : at;
  return { ...report, checks: [...checks.slice(0, place), ...findings, ...checks.slice(place)] };
}

/** Starts from the environment; what is wrong with the request is a finding. */
function startHere({ exporter, endpoint }: DiagnoseRequest, host: HostProcess): Check[] | undefined {
  try {
    const chosen = exporterOf(exporter, endpoint);
    startTracing({ ...(chosen === undefined ? {} : { exporter: chosen }), logger: SILENT }, host);
    return undefined;
  } catch (error) {
    return mistakes(error, 'the command line');
  }
}

function exporterOf(name: ExporterName | undefined, endpoint: string | undefined): Exporter | undefined {
  if (endpoint === undefined) return name === undefined ? undefined : exporterByName(name);
  return name === 'jaeger' ? jaeger({ endpoint }) : otlp({ endpoint });
}

/** Loads the application's file, which calls init() itself. */
async function load({ path, load }: NonNullable<DiagnoseRequest['file']>): Promise<Check[] | undefined> {
  try {
    await load();
  } catch (error) {
    return mistakes(error, path);
  }
  if (globalState.lifecycle !== undefined) return undefined;
  return [
    {
      name: 'init',
      status: 'error',
      message: `${path} does not call init() while it is loaded`,
      why: 'Without init() nothing is traced.',
      fix: "Name the file that calls init(), the one that is given to 'node --import' or imported first.",
    },
  ];
}

function mistakes(error: unknown, where: string): Check[] {
  if (!isTraceError(error)) {
    const fix = 'Run the file with node by itself, and correct what it says.';
    const why = 'The application would not start either.';
    return [{ name: 'init', status: 'error', message: `${where} failed: ${safeText(error)}`, why, fix }];
  }
  return error.problems.map(problem => ({
    name: 'options',
    status: 'error' as const,
    message: problemFact(problem),
    why: 'init() throws on it, and the application does not start.',
    fix: problemFix(problem),
  }));
}

function bad(checks: readonly Check[]): CheckReport {
  return { ok: false, checks };
}
