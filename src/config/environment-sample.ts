// TRACE_SAMPLE and OTEL_TRACES_SAMPLER.

import { SAMPLE_PRESETS } from '../core/known-names.js';
import { suggest } from '../core/suggest.js';
import type { SamplePreset } from '../sampling/options.js';
import { RATIO } from './check-sample.js';
import type { EnvReader } from './env-reader.js';
import { orList } from './validators.js';

/** What the environment says about sampling: a preset, or a ratio at the root. */
export type EnvironmentSample =
  | { readonly preset: SamplePreset }
  | { readonly ratio: number; readonly followParent: boolean };

/** OpenTelemetry's samplers; `'arg'` stands for `OTEL_TRACES_SAMPLER_ARG`. */
const SAMPLERS: Readonly<Record<string, readonly [ratio: number | 'arg', followParent: boolean]>> = {
  always_on: [1, false],
  always_off: [0, false],
  traceidratio: ['arg', false],
  parentbased_always_on: [1, true],
  parentbased_always_off: [0, true],
  parentbased_traceidratio: ['arg', true],
};

const UNSUPPORTED = ['jaeger_remote', 'parentbased_jaeger_remote', 'xray'];

/**
 * Reads the sampling variables. Never throws.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration
 */
export function readSample(reader: EnvReader): EnvironmentSample | undefined {
  return readTraceSample(reader) ?? readTracesSampler(reader);
}

function readTraceSample(reader: EnvReader): EnvironmentSample | undefined {
  const variable = reader.text('TRACE_SAMPLE');
  if (variable === undefined) return undefined;
  if (/^[+\-.\d]/.test(variable.value)) {
    const ratio = reader.number(RATIO, variable.name);
    return ratio === undefined ? undefined : { ratio, followParent: true };
  }
  const preset = SAMPLE_PRESETS.find(name => name === variable.value.toLowerCase());
  if (preset !== undefined) return { preset };
  return reader.refuse('unknown_preset', variable, `a number from 0 to 1, ${orList(SAMPLE_PRESETS)}`, {
    suggestion: suggest(variable.value, SAMPLE_PRESETS),
  });
}

function readTracesSampler(reader: EnvReader): EnvironmentSample | undefined {
  const variable = reader.text('OTEL_TRACES_SAMPLER');
  if (variable === undefined) return undefined;
  const name = variable.value.toLowerCase();
  const known = Object.keys(SAMPLERS);
  if (UNSUPPORTED.includes(name)) return reader.refuse('unsupported_variable', variable, orList(known));
  const sampler = Object.hasOwn(SAMPLERS, name) ? SAMPLERS[name] : undefined;
  if (sampler === undefined) {
    return reader.refuse('malformed_variable', variable, orList(known), { suggestion: suggest(name, known) });
  }
  const [ratio, followParent] = sampler;
  return {
    ratio: ratio === 'arg' ? (reader.number(RATIO, 'OTEL_TRACES_SAMPLER_ARG') ?? 1) : ratio,
    followParent,
  };
}
