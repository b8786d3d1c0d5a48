// From the names of the `propagate` option to the one propagator that init() registers.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { TextMapPropagator } from '@opentelemetry/api';
import type { Diagnostics } from '../core/diagnostics.js';
import { suggest } from '../core/suggest.js';
import { globalState } from '../core/global-state.js';
import { W3CBaggagePropagator } from './baggage-propagator.js';
import { CompositePropagator } from './composite-propagator.js';
import { DatadogPropagator } from './datadog-propagator.js';
import { W3CPropagator } from './w3c-propagator.js';
import { XRayPropagator } from './xray-propagator.js';

// Only for "did you mean": the options are checked against the configuration's own list.
const NAMES = ['w3c', 'baggage', 'b3', 'b3multi', 'jaeger', 'datadog', 'xray'];

/** What the selection needs of the world; tests hand in their own. */
export interface SelectPropagatorOptions {
  /** Where a missing package is said. @default the process's diagnostics */
  readonly diagnostics?: Diagnostics;
  /** Loads a package of the application; throws where it is not installed. @default from the application's directory */
  readonly load?: LoadPackage;
}

/** Loads a package by its name. */
export type LoadPackage = (packageName: string) => unknown;

/**
 * One propagator for a list of formats; the first that finds a trace in a carrier wins, all are written.
 * Unknown names and formats whose package is not installed are left out with one warning. Never throws.
 *
 * @param names formats in the order of trust; OpenTelemetry's `tracecontext` means `w3c`, `none` means nothing
 * @param options where to warn and how to load
 */
export function selectPropagator(names: readonly string[], options: SelectPropagatorOptions = {}): TextMapPropagator {
  const { diagnostics = globalState.diagnostics, load = loadFromApplication } = options;
  const made = new Map<string, TextMapPropagator>();
  for (const name of names) {
    const format = name === 'tracecontext' ? 'w3c' : name;
    if (format === 'none' || made.has(format)) continue;
    const propagator = makePropagator(format, diagnostics, load);
    if (propagator !== undefined) made.set(format, propagator);
  }
  return new CompositePropagator([...made.values()]);
}

function makePropagator(
  name: string,
  diagnostics: Diagnostics,
  load: LoadPackage,
): TextMapPropagator | undefined {
  switch (name) {
    case 'w3c':
      return new W3CPropagator();
    case 'baggage':
      return new W3CBaggagePropagator();
    case 'datadog':
      return new DatadogPropagator();
    case 'xray':
      return new XRayPropagator();
    case 'b3':
    case 'b3multi':
    case 'jaeger':
      return installed(name, diagnostics, load);
    default: {
      const near = suggest(name, NAMES);
      const hint = near === undefined ? '' : ` Did you mean ${near}?`;
      diagnostics.once(
        `propagator:${name}`,
        'warn',
        `no propagator is called '${name}'; it is left out.${hint}`,
      );
      return undefined;
    }
  }
}

// B3's values of `injectEncoding`: one header, or one for each field.
const INSTALLED = {
  b3: {
    packageName: '@opentelemetry/propagator-b3',
    className: 'B3Propagator',
    config: { injectEncoding: 0 },
  },
  b3multi: {
    packageName: '@opentelemetry/propagator-b3',
    className: 'B3Propagator',
    config: { injectEncoding: 1 },
  },
  jaeger: {
    packageName: '@opentelemetry/propagator-jaeger',
    className: 'JaegerPropagator',
    config: undefined,
  },
} as const;

/** A propagator of OpenTelemetry that the application has installed; one warning where it has not. */
function installed(
  name: keyof typeof INSTALLED,
  diagnostics: Diagnostics,
  load: LoadPackage,
): TextMapPropagator | undefined {
  const { packageName, className, config } = INSTALLED[name];
  try {
    const loaded = load(packageName) as Record<string, new (config?: object) => TextMapPropagator>;
    const Propagator = loaded[className];
    if (Propagator !== undefined) return new Propagator(config);
  } catch {
    // Not installed, or not loadable: said below, and the other formats work without it.
  }
  diagnostics.once(
    `propagator:${name}`,
    'warn',
    `the '${name}' propagator needs ${packageName}, which cannot be loaded; it is left out. Run: npm install ${packageName}`,
  );
  return undefined;
}

/** Looks from the application's main script first, then from the working directory, never from this package. */
function loadFromApplication(packageName: string): unknown {
  const main = process.argv[1];
  const starts = [...(main === undefined ? [] : [main]), join(process.cwd(), 'index.js')];
  let failure: unknown;
  for (const start of starts) {
    try {
      return createRequire(start)(packageName);
    } catch (error) {
      // Tried from the next directory; the last failure is the caller's to handle.
      failure = error;
    }
  }
  throw failure;
}
