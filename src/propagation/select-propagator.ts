// Creates the propagator that init() registers, from the option `propagate.formats`.

import { createRequire } from 'node:module';
import type { TextMapPropagator } from '@opentelemetry/api';
import { listApplicationDirectories, resolvePackage } from '../core/application-packages.js';
import type { Diagnostics } from '../core/diagnostics.js';
import { globalState } from '../core/global-state.js';
import { PROPAGATOR_NAMES } from '../core/known-names.js';
import { suggest } from '../core/suggest.js';
import { W3CBaggagePropagator } from './baggage-propagator.js';
import { CompositePropagator } from './composite-propagator.js';
import { DatadogPropagator } from './datadog-propagator.js';
import { GooglePropagator } from './google-propagator.js';
import { W3CPropagator } from './w3c-propagator.js';
import { XRayPropagator } from './xray-propagator.js';

/** The dependencies of the selection; tests inject their own. */
export interface SelectPropagatorOptions {
  /** @default those of the process */
  readonly diagnostics?: Diagnostics;
  /** The directories of the application, in which packages are resolved. @default listApplicationDirectories() */
  readonly directories?: readonly string[];
  /** @default from the directories of the application, never from this package's own dependencies */
  readonly load?: LoadPackage;
}

/** Loads a package by its name; throws if it is not installed. */
export type LoadPackage = (packageName: string) => unknown;

/**
 * Creates one propagator for a list of formats. All formats are written; the first one that finds a trace in a carrier wins.
 * Unknown names, and formats whose package is not installed, are left out with one warning. Never throws.
 *
 * @param formats names and propagators in the order of precedence; OpenTelemetry's `tracecontext` means `w3c`, and `none`
 * is ignored
 * @param options diagnostics and the origin of packages
 */
export function selectPropagator(
  formats: readonly (string | TextMapPropagator)[],
  options: SelectPropagatorOptions = {},
): TextMapPropagator {
  const { diagnostics = globalState.diagnostics, directories, load = createLoader(directories) } = options;
  const propagators = new Map<string | TextMapPropagator, TextMapPropagator>();
  for (const given of formats) {
    const format = given === 'tracecontext' ? 'w3c' : given;
    if (format === 'none' || propagators.has(format)) continue;
    const propagator = typeof format === 'string' ? createPropagator(format, diagnostics, load) : format;
    if (propagator !== undefined) propagators.set(format, propagator);
  }
  return new CompositePropagator([...propagators.values()]);
}

function createPropagator(
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
    case 'google':
      return new GooglePropagator();
    case 'b3':
    case 'b3multi':
    case 'jaeger':
      return createInstalledPropagator(name, diagnostics, load);
    default: {
      const nearest = suggest(name, PROPAGATOR_NAMES);
      diagnostics.reportOnce(`propagator:${name}`, 'warn', {
        code: 'unknown_propagator',
        message: `'${name}' is not a propagator, so it is left out`,
        fix: nearest === undefined ? undefined : `Did you mean '${nearest}'?`,
        source: 'propagate.formats',
      });
      return undefined;
    }
  }
}

// The values of `injectEncoding` in B3Propagator: 0 for a single header, 1 for one header per field.
const INSTALLED_PROPAGATORS = {
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

/** Creates a propagator of OpenTelemetry from a package of the application; one warning if the package cannot be loaded. */
function createInstalledPropagator(
  name: keyof typeof INSTALLED_PROPAGATORS,
  diagnostics: Diagnostics,
  load: LoadPackage,
): TextMapPropagator | undefined {
  const { packageName, className, config } = INSTALLED_PROPAGATORS[name];
  try {
    const exports = load(packageName) as Record<string, new (config?: object) => TextMapPropagator>;
    const Propagator = exports[className];
    if (Propagator !== undefined) return new Propagator(config);
  } catch {
    // The package is not installed or cannot be loaded. The warning below covers both, and the other formats work.
  }
  diagnostics.reportOnce(`propagator:${name}`, 'warn', {
    code: 'propagator_missing',
    message: `the package ${packageName} of the propagator '${name}' cannot be loaded, so the propagator is left out`,
    fix: `Run: npm install ${packageName}`,
    source: 'propagate.formats',
  });
  return undefined;
}

function createLoader(directories: readonly string[] = listApplicationDirectories()): LoadPackage {
  return packageName => {
    const file = resolvePackage(packageName, directories);
    if (file === undefined) throw new Error(`${packageName} is not installed`);
    return createRequire(file)(file);
  };
}
