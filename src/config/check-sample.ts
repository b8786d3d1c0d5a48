// The `sample` option: a ratio, a preset, or SampleOptions.

import { SAMPLE_PRESETS, SPAN_KINDS, TRUST_REMOTE } from '../core/known-names.js';
import type { KeepOptions, SampleOptions, SamplePreset, SampleRule, SpanMatch } from '../sampling/options.js';
import { attributes } from './check-attributes.js';
import {
  described,
  type Fields,
  flag,
  list,
  number,
  oneOf,
  orList,
  type Range,
  type Reader,
  refuse,
  shape,
  text,
} from './validators.js';

/** The range of a share. */
export const RATIO: Range = {
  min: 0,
  max: 1,
  expected: 'a number from 0 to 1',
  fix: value => (value > 1 && value <= 100 ? `Write ${value / 100} for ${value} %.` : undefined),
};

const ratio = number(RATIO);

const matchFields: Fields<SpanMatch> = {
  name: text,
  kind: oneOf(SPAN_KINDS),
  route: text,
  attributes: attributes as Reader<Exclude<SpanMatch['attributes'], undefined>>,
};

const sampleOptions = shape<SampleOptions>({
  ratio,
  rules: list(shape<SampleRule>({ ...matchFields, ratio }, ['ratio']), 'a list of rules'),
  perSecond: number({ min: 0.001, max: 1e9, expected: 'a number above 0' }),
  keep: shape<KeepOptions>({
    errors: flag,
    slowerThanMs: number({ min: 0, max: Number.MAX_SAFE_INTEGER, expected: 'milliseconds, 0 or more' }),
    match: list(shape<SpanMatch>(matchFields), 'a list of what a span must look like'),
    maxBytes: number({ min: 1, max: Number.MAX_SAFE_INTEGER, integer: true, expected: 'bytes, 1 or more' }),
    maxTraces: number({
      min: 1,
      max: 1e7,
      integer: true,
      expected: 'a whole number of traces, 1 to 10000000',
    }),
    maxWaitMs: number({ min: 1, max: 86_400_000, expected: 'milliseconds, from 1 to a day' }),
  }),
  trustRemote: oneOf(TRUST_REMOTE),
});

const preset = oneOf(SAMPLE_PRESETS, 'unknown_preset');

/** The whole option. */
export const sample: Reader<number | SamplePreset | SampleOptions> = (value, at) => {
  if (typeof value === 'number') return ratio(value, at);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return sampleOptions(value, at);
  if (typeof value === 'string' && !isNumeric(value)) return preset(value, at);
  return refuse(
    at,
    'wrong_type',
    `a number from 0 to 1, ${orList(SAMPLE_PRESETS)}, or an object`,
    described(value),
    { fix: typeof value === 'string' ? 'Write the number without quotes.' : undefined },
  );
};

function isNumeric(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}
