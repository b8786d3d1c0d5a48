// trace.keep() and trace.drop(): what the application said about single traces, for as long as they matter.

import { SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace-base';
import type { LocalSampler } from '../spans/local-sampler.js';

/** What was said about a trace. */
export type TraceOverride = 'keep' | 'drop';

/** Verdicts that are remembered at once; the oldest are forgotten first. */
const MAX_VERDICTS = 10_000;

/** The verdicts of this process, by trace id. */
export class TraceOverrides {
  readonly #verdicts = new Map<string, TraceOverride>();
  #onKeep: (() => void) | undefined;

  /** Called once, before the first `keep` is remembered. */
  onFirstKeep(listener: () => void): void {
    this.#onKeep = listener;
  }

  /** Remembers a verdict; the latest one on a trace holds. */
  set(traceId: string, verdict: TraceOverride): void {
    if (verdict === 'keep') {
      this.#onKeep?.();
      this.#onKeep = undefined;
    }
    this.#verdicts.delete(traceId);
    this.#verdicts.set(traceId, verdict);
    if (this.#verdicts.size <= MAX_VERDICTS) return;
    for (const oldest of this.#verdicts.keys()) {
      this.#verdicts.delete(oldest);
      return;
    }
  }

  /** What was said about a trace, if anything. */
  get(traceId: string): TraceOverride | undefined {
    // Nearly always empty: a size check spares the hash of a 32-character key for each span.
    return this.#verdicts.size === 0 ? undefined : this.#verdicts.get(traceId);
  }
}

/**
 * Makes a sampler keep the traces that were to be kept. Until the first such verdict the sampler is left as it is:
 * the engine answers for OpenTelemetry's stock samplers without calling them, and few applications ever say keep().
 *
 * @param sampler the sampler in force; changed in place at the first verdict
 * @param verdicts what the application says about single traces
 */
export function applyTraceOverrides(sampler: LocalSampler, verdicts: TraceOverrides): void {
  verdicts.onFirstKeep(() => {
    // From now on a local parent's flag does not say it all.
    Object.defineProperty(sampler, 'localDecision', { value: undefined });
    const otherwise = sampler.shouldSample.bind(sampler);
    sampler.shouldSample = (context, traceId, ...rest): SamplingResult => {
      const answer = otherwise(context, traceId, ...rest);
      // Without the threshold that did not keep it: asked first, the sampler has taken it out.
      return verdicts.get(traceId) === 'keep'
        ? { ...answer, decision: SamplingDecision.RECORD_AND_SAMPLED }
        : answer;
    };
  });
}
