// Reads DO_TRACE_SAMPLE and OTEL_TRACES_SAMPLER.

import { SAMPLE_PRESETS } from '../core/known-names.js';
import { suggest } from '../core/suggest.js';
import { formatAlternatives } from '../core/validators.js';
import type { SamplePreset } from '../sampling/options.js';
import type { EnvReader } from './env-reader.js';
import { RATIO_RANGE } from './validate-sample.js';

/** The sampling settings of the environment: a preset, or a ratio at the root. */
export type EnvironmentSample =
  | { readonly preset: SamplePreset }
  | { readonly ratio: number; readonly followParent: boolean };

/** OpenTelemetry's samplers. The ratio `'arg'` is the value of `OTEL_TRACES_SAMPLER_ARG`. */
const SAMPLERS: Readonly<Record<string, readonly [ratio: number | 'arg', followParent: boolean]>> = {
  always_on: [1, false],
  always_off: [0, false],
  traceidratio: ['arg', false],
  parentbased_always_on: [1, true],
  parentbased_always_off: [0, true],
  parentbased_traceidratio: ['arg', true],
};

const UNSUPPORTED_SAMPLERS = ['jaeger_remote', 'parentbased_jaeger_remote', 'xray'];

/**
 * Reads the sampling variables. Never throws.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration
 */
export function readSample(reader: EnvReader): EnvironmentSample | undefined {
  return readTraceSample(reader) ?? readTracesSampler(reader);
}

function readTraceSample(reader: EnvReader): EnvironmentSample | undefined {
  const variable = reader.string('DO_TRACE_SAMPLE');
  if (variable === undefined) return undefined;
  if (/^[+\-.\d]/.test(variable.value)) {
    const ratio = reader.number(RATIO_RANGE, variable.name);
    return ratio === undefined ? undefined : { ratio, followParent: true };
  }
  const preset = SAMPLE_PRESETS.find(name => name === variable.value.toLowerCase());
  if (preset !== undefined) return { preset };
  const expected = `a number from 0 to 1, ${formatAlternatives(SAMPLE_PRESETS)}`;
  const suggestion = suggest(variable.value, SAMPLE_PRESETS);
  return reader.addProblem('unknown_preset', variable, expected, { suggestion });
}

function readTracesSampler(reader: EnvReader): EnvironmentSample | undefined {
  const variable = reader.string('OTEL_TRACES_SAMPLER');
  if (variable === undefined) return undefined;
  const name = variable.value.toLowerCase();
  const known = Object.keys(SAMPLERS);
  const expected = formatAlternatives(known);
  if (UNSUPPORTED_SAMPLERS.includes(name)) {
    return reader.addProblem('unsupported_variable', variable, expected);
  }
  const sampler = Object.hasOwn(SAMPLERS, name) ? SAMPLERS[name] : undefined;
  if (sampler === undefined) {
    return reader.addProblem('malformed_variable', variable, expected, { suggestion: suggest(name, known) });
  }
  const [ratio, followParent] = sampler;
  return {
    ratio: ratio === 'arg' ? (reader.number(RATIO_RANGE, 'OTEL_TRACES_SAMPLER_ARG') ?? 1) : ratio,
    followParent,
  };
}
