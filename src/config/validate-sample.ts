// Validates the `sample` option: a ratio, a preset, or `SampleOptions`.

import { SAMPLE_PRESETS, SPAN_KINDS, TRUST_REMOTE } from '../core/known-names.js';
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
  type Validator,
} from '../core/validators.js';
import type { KeepOptions, SampleOptions, SamplePreset, SampleRule, SpanMatch } from '../sampling/options.js';
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

const sampleOptions = objectWith<SampleOptions>({
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
  trustRemote: oneOf(TRUST_REMOTE),
});

const preset = oneOf(SAMPLE_PRESETS, 'unknown_preset');

/** The `sample` option. */
export const sampleValidator: Validator<number | SamplePreset | SampleOptions> = (value, context) => {
  if (typeof value === 'number') return ratio(value, context);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return sampleOptions(value, context);
  }
  if (typeof value === 'string' && !isNumeric(value)) return preset(value, context);
  const expected = `a number from 0 to 1, ${formatAlternatives(SAMPLE_PRESETS)}, or an object`;
  return addProblem(context, 'wrong_type', expected, describeValue(value), {
    fix: typeof value === 'string' ? 'Write the number without quotes.' : undefined,
  });
};

function isNumeric(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}
