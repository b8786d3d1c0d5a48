// Validates the `sample` option: a ratio, a preset, or `SampleOptions`.

import { SAMPLE_PRESETS, SPAN_KINDS } from '../core/known-names.js';
import {
  addProblem,
  booleanValue,
  describeValue,
  type FieldValidators,
  formatAlternatives,
  listOf,
  nonEmptyString,
  type NumberRange,
  numberInRange,
  objectWith,
  oneOf,
  type ValidationContext,
  type Validator,
} from '../core/validators.js';
import type {
  KeepOptions,
  SampleFunction,
  SampleOption,
  SampleOptions,
  SampleRule,
  SpanMatch,
} from '../sampling/options.js';
import type { Sampler } from '../core/sdk-types.js';
import { attributesValidator } from './validate-attributes.js';

/** The range of a sampling ratio. */
export const RATIO_RANGE: NumberRange = {
  min: 0,
  max: 1,
  expected: 'a number from 0 to 1',
  fix: value => (value > 1 && value <= 100 ? `Write ${value / 100} for ${value} %.` : undefined),
};

const ratio = numberInRange(RATIO_RANGE);

const matchFields: FieldValidators<SpanMatch> = {
  name: nonEmptyString,
  kind: oneOf(SPAN_KINDS),
  route: nonEmptyString,
  attributes: attributesValidator as Validator<Exclude<SpanMatch['attributes'], undefined>>,
};

/** Old names, and names of other samplers. */
const FOREIGN_NAMES: Readonly<Record<string, string>> = {
  trustRemote: "followRemote: false for 'always', propagate.from: 'none' for 'never'",
  followParent: 'followRemote',
  rate: 'ratio',
  sampleRate: 'ratio',
  tracesSampleRate: 'ratio',
  probability: 'ratio',
  root: 'ratio',
  rateLimit: 'perSecond',
  limit: 'perSecond',
};

const sampleOptions = objectWith<SampleOptions>(
  {
    ratio,
    rules: listOf(objectWith<SampleRule>({ ...matchFields, ratio }, ['ratio']), 'a list of rules'),
    perSecond: numberInRange({ min: 0.001, max: 1e9, expected: 'a number above 0' }),
    keep: objectWith<KeepOptions>({
      errors: booleanValue,
      slowerThanMs: numberInRange({
        min: 0,
        max: Number.MAX_SAFE_INTEGER,
        expected: 'milliseconds, 0 or more',
      }),
      match: listOf(objectWith<SpanMatch>(matchFields), 'a list of span conditions'),
      maxBytes: numberInRange({
        min: 1,
        max: Number.MAX_SAFE_INTEGER,
        isInteger: true,
        expected: 'bytes, 1 or more',
      }),
      maxTraces: numberInRange({
        min: 1,
        max: 1e7,
        isInteger: true,
        expected: 'a whole number of traces, 1 to 10000000',
      }),
      maxWaitMs: numberInRange({ min: 1, max: 86_400_000, expected: 'milliseconds, from 1 to a day' }),
    }),
    followRemote: booleanValue,
  },
  [],
  FOREIGN_NAMES,
);

const EXPECTED = `a number from 0 to 1, ${formatAlternatives(SAMPLE_PRESETS)}, an object, a function, or a sampler`;

const preset = oneOf(SAMPLE_PRESETS, 'unknown_preset');

/** The `sample` option. */
export const sampleValidator: Validator<SampleOption> = (value, context) => {
  if (typeof value === 'number') return ratio(value, context);
  if (typeof value === 'function') return sampleFunction(value, context);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if (typeof (value as Partial<Sampler>).shouldSample === 'function') return value as Sampler;
    return sampleOptions(value, context);
  }
  if (typeof value === 'string' && !isNumeric(value)) return preset(value, context);
  return addProblem(context, 'wrong_type', EXPECTED, describeValue(value), {
    fix: typeof value === 'string' ? 'Write the number without quotes.' : undefined,
  });
};

/** A class of samplers is a function too. A call of it would throw for every trace. */
function sampleFunction(value: object, context: ValidationContext): SampleFunction | undefined {
  const prototype: unknown = 'prototype' in value ? value.prototype : undefined;
  const isSamplerClass = typeof prototype === 'object' && prototype !== null && 'shouldSample' in prototype;
  if (!isSamplerClass) return value as SampleFunction;
  const fix = 'Create an object of the class: new AlwaysOnSampler(), not AlwaysOnSampler.';
  return addProblem(context, 'wrong_type', EXPECTED, 'a class', { fix });
}

function isNumeric(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}
