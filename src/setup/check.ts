// `trace.check()`: the process, the diagnostics of the start, and the checks of the exporters.

import { createActiveConfig, describeConfig, type ResolvedConfig } from '../config/index.js';
import type { Check, CheckReport } from '../core/check.js';
import { type Diagnostic, isSameDiagnostic } from '../core/diagnostic.js';
import { safeText } from '../core/diagnostics.js';
import type { OptionProblem } from '../core/errors.js';
import { reportFault } from '../core/guard.js';
import type { Exporter } from '../exporters/exporter.js';
import type { HostProcess } from './host-process.js';

/** The state of a start, kept for a later check. */
export interface StartupState {
  readonly config: ResolvedConfig;
  readonly host: HostProcess;
  /** Problems of environment variables. */
  readonly problems: readonly OptionProblem[];
  /** Removes secrets from text. */
  readonly redact: (text: string) => string;
  /** The warnings and errors of the start. */
  readonly recorded: readonly Diagnostic[];
}

/**
 * Creates the check of a set-up. It never rejects.
 *
 * @param startup the state of the start
 * @param exporters those that were started
 */
export function createCheck(
  startup: StartupState,
  exporters: readonly Exporter[],
): () => Promise<CheckReport> {
  const { config, recorded, redact } = startup;
  return async () => {
    const init: Check = { name: 'init', status: 'ok', message: describeConfig(config) };
    const [ofProcess, ...ofExporters] = await Promise.all([
      runProcessChecks(startup),
      ...exporters.map(exporter => runExporterCheck(exporter, startup)),
    ]);
    const known = [...ofProcess, ...ofExporters];
    // A finding that a check repeats is shown once, with the check's steps.
    const startupChecks = recorded
      .filter(diagnostic => !known.some(check => isReported(diagnostic, check)))
      .map(createStartupCheck);
    const checks = [init, ...ofProcess, ...startupChecks, ...ofExporters];
    return {
      ok: checks.every(({ status }) => status !== 'error'),
      checks,
      config: { ...createActiveConfig(config, redact) },
    };
  };
}

/** Whether a check reports the same matter as a diagnostic of the start. */
function isReported(diagnostic: Diagnostic, check: Check): boolean {
  const { code, source } = check;
  if (code !== undefined && isSameDiagnostic(diagnostic, { code, source })) return true;
  return check.steps?.some(step => isReported(diagnostic, step)) ?? false;
}

/** A diagnostic of the start as a check. */
function createStartupCheck({ code, message, why, fix, source }: Diagnostic): Check {
  return {
    name: source ?? 'start-up',
    status: code === 'exporter_start_failed' ? 'error' : 'warning',
    code,
    message,
    why: why ?? 'init() reported this when it ran.',
    ...(fix === undefined ? {} : { fix }),
    ...(source === undefined ? {} : { source }),
  };
}

async function runProcessChecks({ config, host, problems }: StartupState): Promise<readonly Check[]> {
  try {
    const { checkProcess } = await import('../doctor/index.js');
    const { directories, cwd } = host;
    const { disabled, exporters, processors, sample, propagate, delivery } = config;
    const hasExporter = exporters.length > 0 || processors.length > 0;
    return await checkProcess({
      sending: {
        isDisabled: disabled,
        hasExporter,
        sample: { ...sample, followsCallers: propagate.from !== 'none' },
      },
      spoolDirectory: delivery.spool === false ? undefined : delivery.spool.directory,
      problems,
      nodeVersion: process.versions.node,
      directories,
      cwd,
    });
  } catch (error) {
    // The check must show its other findings, whatever fails here.
    reportFault('the check of the process', error);
    return [];
  }
}

function createSkippedCheck(name: string): Check {
  const message = 'the exporter has no check';
  return { name, status: 'skipped', code: 'check_unavailable', message, source: name };
}

async function runExporterCheck(exporter: Exporter, { redact }: StartupState): Promise<Check> {
  const { name } = exporter;
  if (exporter.check === undefined) return createSkippedCheck(name);
  try {
    return await exporter.check();
  } catch (error) {
    // A check that rejects is itself a finding.
    return {
      name: exporter.name,
      status: 'error',
      code: 'exporter_check_failed',
      message: redact(`the check of the exporter ${exporter.name} failed: ${safeText(error)}`),
      fix: 'Correct the method check() of the exporter, which must not reject.',
      source: exporter.name,
    };
  }
}
