// Ids for spans: our own random ones, or a generator's that was configured, checked.

import { isValidSpanId, isValidTraceId } from '@opentelemetry/api';
import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace-base';
import type { Ids } from '../core/ids.js';
import type { FaultReporter } from './fault-reporter.js';

/** Bit 0x02 of the trace flags: the right-most seven bytes of the trace id are random. W3C Trace Context Level 2. */
export const RANDOM_FLAG = 0x02;

/** Where a provider's ids come from. */
export interface IdSource extends Ids {
  /** The flag for traces that start here: {@link RANDOM_FLAG} where the ids are known to be random, else 0. */
  readonly rootFlags: number;
  /** Whether ids may be made when they are first asked for; a configured generator is asked at once. */
  readonly isLazy: boolean;
}

/** Our own ids. */
export function createIdSource(ids: Ids): IdSource {
  return {
    generateTraceId: ids.generateTraceId,
    generateSpanId: ids.generateSpanId,
    rootFlags: RANDOM_FLAG,
    isLazy: true,
  };
}

/** A configured generator's ids; where it throws or answers nonsense, ours, and it is said once. */
export function createCheckedIdSource(generator: IdGenerator, fallback: Ids, faults: FaultReporter): IdSource {
  return {
    generateTraceId: () => {
      try {
        const id = generator.generateTraceId();
        if (isValidTraceId(id)) return id;
        throw new Error(`it answered ${String(id)}, which is no trace id`);
      } catch (error) {
        faults.reportFailure(generator, 'the id generator', 'generateTraceId', error);
        return fallback.generateTraceId();
      }
    },
    generateSpanId: () => {
      try {
        const id = generator.generateSpanId();
        if (isValidSpanId(id)) return id;
        throw new Error(`it answered ${String(id)}, which is no span id`);
      } catch (error) {
        faults.reportFailure(generator, 'the id generator', 'generateSpanId', error);
        return fallback.generateSpanId();
      }
    },
    rootFlags: generator instanceof RandomIdGenerator ? RANDOM_FLAG : 0,
    isLazy: false,
  };
}
