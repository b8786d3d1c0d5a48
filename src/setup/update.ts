// `handle.update()`: changes sampling, recording and the log level at run time.

import {
  type InitOptions,
  type ResolvedConfig,
  type ResolvedSample,
  resolveSample,
  validateInitOptions,
} from '../config/index.js';
import type { DiagnosticsLog } from '../core/diagnostics.js';

/** The options that can be changed at run time. */
export type UpdateOptions = Pick<InitOptions, 'sample' | 'enabled' | 'logLevel'>;

/** The settings of a running provider. */
export interface RuntimeSettings {
  /** Replaces sampler and tail sampler. Spans in flight keep their decision. */
  setSample(sample: ResolvedSample): void;
  /** Starts or stops the recording of new spans. Spans in flight are delivered. */
  setEnabled(isEnabled: boolean): void;
}

/**
 * Creates `update()` of the handle.
 *
 * @param settings the settings of the provider; undefined if there is none of ours
 * @param log the log of diagnostics
 * @param onChange receives the changed part of the configuration
 */
export function createUpdate(
  settings: RuntimeSettings | undefined,
  log: DiagnosticsLog,
  onChange: (change: Partial<ResolvedConfig>) => void,
): (options: UpdateOptions) => void {
  return options => {
    const { sample, enabled, logLevel } = validateInitOptions(options, {
      only: ['sample', 'enabled', 'logLevel'],
    });
    if (logLevel !== undefined) {
      const level = logLevel === 'silent' ? 'none' : logLevel;
      log.setLevel(level);
      onChange({ logLevel: level });
    }
    const isIgnored = settings === undefined && (sample !== undefined || enabled !== undefined);
    if (isIgnored) {
      log.report('warn', {
        code: 'update_unavailable',
        message:
          'update() of the handle changes only logLevel here, because the tracer provider belongs to another library',
        source: 'update',
      });
      return;
    }
    if (sample !== undefined) {
      const resolved = resolveSample(sample, undefined);
      settings?.setSample(resolved);
      onChange({ sample: resolved });
    }
    if (enabled !== undefined) {
      settings?.setEnabled(enabled);
      onChange({ disabled: !enabled });
    }
  };
}
