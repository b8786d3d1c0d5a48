// The option `instrument`, and the inputs and outputs of this layer.

import type { TracerProvider } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { Diagnostics } from '../core/diagnostics.js';

/**
 * The instrumentations that `init()` enables: `true` or `'auto'` for all that the application has installed, `false` for
 * none, or a list of names (`'http'`, `'fetch'`, `'pg'`, ...) and of instrumentation objects.
 *
 * @example
 * init({ instrument: ['http', 'fetch', 'pg', new RedisInstrumentation({ requireParentSpan: true })] });
 */
export type InstrumentOption = boolean | 'auto' | readonly (string | Instrumentation)[];

/** The dependencies of `instrument`. */
export interface InstrumentDependencies {
  /** The provider of the spans. */
  readonly tracerProvider: TracerProvider;
  readonly diagnostics: Diagnostics;
  /** The directories in which packages of the application are resolved. @default listApplicationDirectories() */
  readonly directories?: readonly string[];
}

/** The enabled instrumentations. */
export interface ActiveInstrumentations {
  /** Short names, in the order of the option. */
  readonly names: readonly string[];
  /** Removes every patch. Never throws. */
  disable(): void;
}

/** An instrumentation that is created but not connected to a tracer provider. */
export interface SelectedInstrumentation {
  readonly name: string;
  readonly instrumentation: Instrumentation;
  /** A file of its package, if it was loaded from the application. */
  readonly file?: string;
}
