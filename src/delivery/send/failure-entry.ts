// The type of an entry in the table of failures, and functions that create the two most frequent kinds.

import type { DiagnosticCode } from '../../core/diagnostic-codes.js';

/** A kind of failure. */
export interface FailureEntry {
  /**
   * The cases that the entry covers: statuses (`401`, `'4xx'`), error codes (`'ECONNREFUSED'`, `'HPE_*'`), or a condition
   * in words, for an entry that is used by name.
   */
  readonly on: readonly (number | string)[];
  readonly code: DiagnosticCode;
  /** One clause. For error codes it follows the name of the destination: `refused the connection`. */
  readonly fact: string;
  /** Why it matters: full sentences. */
  readonly why: string;
  /** What to do: full sentences. */
  readonly fix: string;
  /** What the sender does with the batch. */
  readonly action: 'accept' | 'retry' | 'split' | 'drop';
  /** The part of the error that the message contains, if the entry covers many errors. */
  readonly detail?: 'code' | 'message';
  /** Text of OpenSSL that the error contains besides its code. */
  readonly opensslText?: RegExp;
}

const DROPPED = 'The backend rejects every such request, and its spans are dropped.';
const RETRIED = 'Spans are kept and sent again. The oldest are dropped when the queue is full.';

/** Creates the entry of a failure after which the batch is dropped. */
export function createDropEntry(
  on: FailureEntry['on'],
  code: DiagnosticCode,
  fact: string,
  fix: string,
): FailureEntry {
  return { on, code, fact, why: DROPPED, fix, action: 'drop' };
}

/** Creates the entry of a failure after which the batch is sent again. */
export function createRetryEntry(
  on: FailureEntry['on'],
  code: DiagnosticCode,
  fact: string,
  fix: string,
): FailureEntry {
  return { on, code, fact, why: RETRIED, fix, action: 'retry' };
}
