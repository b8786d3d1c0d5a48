// Ids of new spans: our own random ids, or the checked ids of a configured generator.

import { isValidSpanId, isValidTraceId } from '@opentelemetry/api';
import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace-base';
import type { Ids } from '../core/ids.js';
import { RANDOM_FLAG } from '../spans/trace-flags.js';
import type { FaultReporter } from './fault-reporter.js';

/** The ids of one provider. */
export interface IdSource extends Ids {
  /** The trace flags of a new trace: {@link RANDOM_FLAG} if the ids are known to be random, else 0. */
  readonly rootFlags: number;
  /** Whether ids may be generated on first use. A configured generator is called when a span starts. */
  readonly isLazy: boolean;
}

/** Creates a source of our own ids. */
export function createIdSource(ids: Ids): IdSource {
  return {
    generateTraceId: ids.generateTraceId,
    generateSpanId: ids.generateSpanId,
    rootFlags: RANDOM_FLAG,
    isLazy: true,
  };
}

/**
 * Creates a source of a configured generator's ids. Our own id replaces one that is invalid or could not be generated.
 *
 * @param generator the configured generator
 * @param fallback generates the replacements
 * @param faults receives the first failure
 */
export function createCheckedIdSource(
  generator: IdGenerator,
  fallback: Ids,
  faults: FaultReporter,
): IdSource {
  return {
    generateTraceId: () => {
      try {
        const id = generator.generateTraceId();
        if (isValidTraceId(id)) return id;
        throw new Error(`it returned ${String(id)}, which is not a trace id`);
      } catch (error) {
        faults.reportFailure(generator, 'id generator', 'generateTraceId', error);
        return fallback.generateTraceId();
      }
    },
    generateSpanId: () => {
      try {
        const id = generator.generateSpanId();
        if (isValidSpanId(id)) return id;
        throw new Error(`it returned ${String(id)}, which is not a span id`);
      } catch (error) {
        faults.reportFailure(generator, 'id generator', 'generateSpanId', error);
        return fallback.generateSpanId();
      }
    },
    rootFlags: generator instanceof RandomIdGenerator ? RANDOM_FLAG : 0,
    isLazy: false,
  };
}
