// Finds settings with which no span is sent, even if the backend works.

import type { Check } from '../core/check.js';
import { createFaultCheck } from './check-results.js';

/** The settings that decide whether spans are sent. */
export interface SendingFacts {
  /** Whether `OTEL_SDK_DISABLED` or `enabled: false` turns tracing off. */
  readonly isDisabled: boolean;
  /** Whether there is an exporter or a span processor. */
  readonly hasExporter: boolean;
  readonly sample: SamplingFacts;
}

/** The settings of sampling. */
export interface SamplingFacts {
  readonly ratio: number;
  readonly perSecond?: number | undefined;
  readonly rules: readonly { readonly ratio: number }[];
  readonly keep: {
    readonly errors: boolean;
    readonly slowerThanMs?: number | undefined;
    readonly match: readonly unknown[];
  };
  readonly followParent: boolean;
  /** Whether the decision of callers is followed: `propagate.from` is not 'none'. */
  readonly followsCallers: boolean;
  /** A function or a sampler, which may sample anything. */
  readonly custom?: unknown;
}

/** Checks that some spans are sent; no check if they are. */
export function checkSending({ isDisabled, hasExporter, sample }: SendingFacts): Check[] {
  if (isDisabled) {
    return [
      createFaultCheck('tracing', {
        code: 'tracing_disabled',
        message: 'tracing is off: OTEL_SDK_DISABLED is true, or the option enabled is false',
        why: 'No spans are created, and nothing is sent.',
        fix: 'Unset OTEL_SDK_DISABLED, or leave the option enabled out.',
        source: 'OTEL_SDK_DISABLED',
      }),
    ];
  }
  return [
    ...(hasExporter ? [] : [createNoExporterCheck()]),
    ...(canSample(sample) ? [] : [createNothingSampledCheck(sample)]),
  ];
}

function createNoExporterCheck(): Check {
  return createFaultCheck('exporter', {
    code: 'no_exporter',
    message: 'there is no exporter, so spans are not sent',
    why: 'Spans are created and discarded.',
    fix: 'Set one: DO_TRACE_EXPORTER=otlp, or the exporter option of init(). OTEL_TRACES_EXPORTER=none means none.',
    source: 'exporter',
  });
}

function createNothingSampledCheck({ followParent, followsCallers: trustsCallers }: SamplingFacts): Check {
  const followsCallers = followParent && trustsCallers;
  return createFaultCheck(
    'sampling',
    {
      code: 'nothing_sampled',
      message: `the ratio is 0: ${followsCallers ? 'no trace that begins here is sent' : 'nothing is sent'}`,
      why: followsCallers
        ? 'Only requests whose caller is sampled are traced.'
        : 'No span of the application is sent to the backend.',
      fix: 'Raise the ratio: the sample option, DO_TRACE_SAMPLE, or OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG.',
      source: 'sample',
    },
    'warning',
  );
}

/** Whether a trace that begins in this process can be sampled or kept. */
function canSample({ ratio, perSecond, rules, keep, custom }: SamplingFacts): boolean {
  const { errors, slowerThanMs, match } = keep;
  return (
    ratio > 0 ||
    custom !== undefined ||
    perSecond !== undefined ||
    rules.some(rule => rule.ratio > 0) ||
    errors ||
    slowerThanMs !== undefined ||
    match.length > 0
  );
}
