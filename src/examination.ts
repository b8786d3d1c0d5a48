// What `trace.check()` finds: the process, what init() had to say, and what the exporters say of themselves.

import { describeConfig, maskConfig, type ResolvedConfig } from './config/index.js';
import { type Diagnostics, safeText } from './core/diagnostics.js';
import type { Problem } from './core/errors.js';
import { reportFault } from './core/guard.js';
import type { Check, Exporter } from './exporters/exporter.js';
import type { CheckReport } from './span/types.js';
import type { World } from './world.js';

/** What init() knows, kept for whoever asks later. */
export interface Started {
  readonly config: ResolvedConfig;
  readonly world: World;
  /** What the environment got wrong. */
  readonly problems: readonly Problem[];
  /** What start-up said besides, as it was said. */
  readonly said: readonly string[];
}

/**
 * Makes the examination of a set-up. It never rejects.
 *
 * @param started what init() knows
 * @param findings what start-up found
 * @param exporters those that run
 */
export function examination(
  started: Started,
  findings: readonly Check[],
  exporters: readonly Exporter[],
): () => Promise<CheckReport> {
  const { config, said } = started;
  return async () => {
    const init: Check = { name: 'init', status: 'ok', message: describeConfig(config) };
    const [ofProcess, ...ofExporters] = await Promise.all([examined(started), ...exporters.map(checkOne)]);
    const told = [...findings, ...ofExporters];
    const untold = said.filter(
      text => !told.some(check => text.includes(check.message.replace(/^off: /, ''))),
    );
    const checks = [init, ...ofProcess, ...findings, ...untold.map(asFinding), ...ofExporters];
    return { ok: checks.every(({ status }) => status !== 'error'), checks, config: shownConfig(config) };
  };
}

/**
 * Diagnostics that remember what is said while the start runs.
 *
 * @param inner where it goes on to
 * @param clean takes secrets out
 */
export function rememberStart(
  inner: Diagnostics,
  clean: (text: string) => string,
): { readonly diagnostics: Diagnostics; readonly said: readonly string[]; readonly stop: () => void } {
  const said: string[] = [];
  let isRunning = true;
  const remember = (message: string): void => {
    if (!isRunning) return;
    const text = clean(message);
    if (!said.includes(text)) said.push(text);
  };
  const diagnostics: Diagnostics = {
    error(message) {
      remember(message);
      inner.error(message);
    },
    warn(message) {
      remember(message);
      inner.warn(message);
    },
    info: message => inner.info(message),
    debug: message => inner.debug(message),
    once(key, level, message) {
      if (level === 'warn' || level === 'error') remember(message);
      inner.once(key, level, message);
    },
  };
  return {
    diagnostics,
    said,
    stop() {
      isRunning = false;
    },
  };
}

async function examined({ config, world, problems }: Started): Promise<readonly Check[]> {
  try {
    const { examineProcess } = await import('./doctor/index.js');
    const { directories, cwd } = world;
    return await examineProcess({ config, problems, nodeVersion: process.versions.node, directories, cwd });
  } catch (error) {
    // A check is asked in trouble: what else was found must be told, whatever fails here.
    reportFault('the examination of the process', error);
    return [];
  }
}

async function checkOne(exporter: Exporter): Promise<Check> {
  try {
    return await exporter.check();
  } catch (error) {
    // A check that rejects is itself a finding.
    return { name: exporter.name, status: 'error', message: `its check failed: ${safeText(error)}` };
  }
}

/** The configuration in force, for people: secrets are masked. The logger is of no interest to them. */
function shownConfig(config: ResolvedConfig): Readonly<Record<string, unknown>> {
  const { logger: _, ...shown } = maskConfig(config);
  return shown;
}

/** What was said in one line: the fact, then the way out. */
function asFinding(text: string): Check {
  const [message = text, ...fix] = text.split(/(?<=[^.]\.) (?=[A-Z])/);
  const why = 'init() said so when it ran; what it is about does not work as it was meant.';
  const way = fix.length === 0 ? {} : { fix: fix.join(' ') };
  return { name: 'start-up', status: 'warning', message: message.replace(/\.$/, ''), why, ...way };
}
