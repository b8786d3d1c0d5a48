// A call of init() while tracing is running: its options have no effect, and each is named.

import { type InitOptions, OPTION_NAMES, validateInitOptions } from '../config/index.js';
import { globalState } from '../core/global-state.js';
import { KNOWN_NAMES } from '../instrument/index.js';

/** The options that `update()` of the handle changes. */
const UPDATABLE: readonly (keyof InitOptions)[] = ['sample', 'enabled', 'logLevel'];

/**
 * Validates the options of a second call and reports those that have no effect.
 *
 * @param options the options of the call
 * @throws TraceError for mistakes in the options, with all of them
 */
export function reportSecondStart(options: InitOptions | undefined): void {
  const given = validateInitOptions(options, { knownInstrumentations: KNOWN_NAMES });
  const names = OPTION_NAMES.filter(name => given[name] !== undefined);
  const updatable = names.filter(name => UPDATABLE.includes(name));
  const call = updatable.length === 0 ? undefined : `update({ ${updatable.join(', ')} }) of the handle`;
  globalState.diagnostics.report('warn', {
    code: 'already_started',
    message:
      names.length === 0
        ? 'init() was called before, so this second call changes nothing'
        : `init() was called before, so these options of the second call have no effect: ${names.join(', ')}`,
    fix:
      names.length === 0
        ? undefined
        : `Pass them to the first call, or call trace.shutdown() before the second.${call === undefined ? '' : ` ${call} changes settings at run time.`}`,
    source: 'init',
  });
}
