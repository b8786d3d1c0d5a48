// What goes in and out of this layer.

import type { TracerProvider } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { Diagnostics } from '../core/diagnostics.js';

/**
 * What `init()` shall instrument: `true` or `'auto'` for all that the application has installed, `false` for nothing,
 * or a list of names (`'http'`, `'fetch'`, `'pg'`, ...) and of instrumentations that are ready-made.
 *
 * @example
 * init({ instrument: ['http', 'fetch', 'pg', new RedisInstrumentation({ requireParentSpan: true })] });
 */
export type InstrumentOption = boolean | 'auto' | readonly (string | Instrumentation)[];

/** What of the world `instrument` needs. */
export interface InstrumentDependencies {
  /** Where the spans go. */
  readonly tracerProvider: TracerProvider;
  readonly diagnostics: Diagnostics;
  /** Where the application's packages are looked for. @default beside the main script, then the working directory */
  readonly directories?: readonly string[];
}

/** What was switched on. */
export interface ActiveInstrumentations {
  /** Short names, in the order in which they were asked for. */
  readonly names: readonly string[];
  /** Takes every patch back. Never throws. */
  disable(): void;
}

/** One instrumentation: made, not yet at work. */
export interface SelectedInstrumentation {
  readonly name: string;
  readonly instrumentation: Instrumentation;
  /** A file of its package, where it is one of the application's own. */
  readonly file?: string;
}
