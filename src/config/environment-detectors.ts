// Reads OTEL_NODE_RESOURCE_DETECTORS.

import { formatText } from '../core/format-value.js';
import { suggest } from '../core/suggest.js';
import { formatAlternatives } from '../core/validators.js';
import type { EnvReader } from './env-reader.js';

/** The detectors of this package. */
export const DETECTOR_NAMES = ['env', 'host', 'os', 'process', 'serviceinstance'] as const;

/** The name of a detector of this package. */
export type DetectorName = (typeof DETECTOR_NAMES)[number];

/** Detectors of OpenTelemetry in packages of their own. Objects of them go into the option. */
const PACKAGES: readonly string[] = ['container', 'alibaba', 'aws', 'azure', 'gcp'];

/**
 * Reads the detectors. `OTEL_RESOURCE_ATTRIBUTES` is always read, so the name `env` changes nothing. Never throws.
 *
 * @param reader the environment
 * @returns undefined for all detectors
 * @see https://opentelemetry.io/docs/languages/js/resources/
 */
export function readDetectors(reader: EnvReader): readonly DetectorName[] | undefined {
  const variable = reader.list('OTEL_NODE_RESOURCE_DETECTORS');
  if (variable === undefined || variable.entries.length === 0) return undefined;
  const { name, entries } = variable;
  const names = entries.map(entry => entry.toLowerCase());
  if (names.includes('none')) return [];
  const found = new Set<DetectorName>();
  for (const [index, written] of names.entries()) {
    const known = DETECTOR_NAMES.find(candidate => candidate === written);
    if (known !== undefined) found.add(known);
    else if (written !== 'all') reportUnknown(reader, name, entries[index] ?? '');
  }
  return names.includes('all') ? undefined : [...found];
}

function reportUnknown(reader: EnvReader, variable: string, entry: string): void {
  const isPackage = PACKAGES.includes(entry.toLowerCase());
  const known = [...DETECTOR_NAMES, 'all', 'none'];
  reader.addProblem(
    isPackage ? 'unsupported_variable' : 'malformed_variable',
    { name: variable, value: entry },
    formatAlternatives(known),
    {
      received: formatText(entry),
      suggestion: isPackage ? undefined : suggest(entry, known),
      fix: isPackage
        ? `Pass the detector of the package @opentelemetry/resource-detector-* in the option resource.detectors. This name is left out.`
        : 'This name is left out.',
    },
  );
}
