// Decides from the result of a request whether its batch is sent again, split or dropped. It has no state.

import type { Diagnostic } from '../../core/diagnostic.js';
import type { DestinationInfo } from '../destination/destination-info.js';
import { parseRetryAfter } from '../http/retry-after.js';
import { readPartialSuccess } from '../otlp/export-response.js';
import type { KnownDropReason } from '../stats.js';
import type { TransportResponse, TransportResult } from '../transport.js';
import {
  createEncodingDiagnostic,
  createFailureDiagnostic,
  createPartialSuccessDiagnostic,
  createStatusDiagnostic,
  createWebPageDiagnostic,
} from './failure-diagnostics.js';
import { findFailureByStatus } from './failure-table.js';

/** The next step for the batch of a request. */
export type RetryDecision =
  | {
      readonly kind: 'accept';
      readonly rejected: number;
      readonly diagnostic?: Diagnostic | undefined;
    }
  | {
      readonly kind: 'retry';
      /** The pause that the backend requires, in milliseconds. */
      readonly afterMs?: number | undefined;
      /** Whether the backend may have accepted the batch. */
      readonly mayHaveArrived: boolean;
      readonly diagnostic: Diagnostic;
    }
  | { readonly kind: 'split'; readonly diagnostic: Diagnostic }
  | { readonly kind: 'drop'; readonly reason: KnownDropReason; readonly diagnostic: Diagnostic };

/**
 * Decides the next step for the batch of a request.
 *
 * @param result the result of the request
 * @param destination its destination, for the diagnostic
 * @param wallMs the current time in milliseconds since the epoch, for Retry-After dates
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
 */
export function classifyResult(
  result: TransportResult,
  destination: DestinationInfo,
  wallMs: number,
): RetryDecision {
  switch (result.kind) {
    case 'success':
      return { kind: 'accept', rejected: 0 };
    case 'encoding_failure':
      return {
        kind: 'drop',
        reason: 'unreadable',
        diagnostic: createEncodingDiagnostic(result.message, destination),
      };
    case 'failure':
      return {
        kind: 'retry',
        mayHaveArrived: result.isRequestSent,
        diagnostic: createFailureDiagnostic(result, destination),
      };
    default:
      return classifyResponse(result, destination, wallMs);
  }
}

function classifyResponse(
  response: TransportResponse,
  destination: DestinationInfo,
  wallMs: number,
): RetryDecision {
  const { status, contentType, body, retryAfter } = response;
  if (status >= 200 && status < 300) {
    if (contentType?.includes('text/html'))
      return createRejection(createWebPageDiagnostic(response, destination));
    const partial = readPartialSuccess(body, contentType);
    return {
      kind: 'accept',
      rejected: partial.rejected,
      diagnostic: createPartialSuccessDiagnostic(partial, destination),
    };
  }
  const diagnostic = createStatusDiagnostic(response, destination);
  const { action } = findFailureByStatus(status);
  if (action === 'retry') {
    return { kind: 'retry', afterMs: parseRetryAfter(retryAfter, wallMs), mayHaveArrived: false, diagnostic };
  }
  return action === 'split' ? { kind: 'split', diagnostic } : createRejection(diagnostic);
}

function createRejection(diagnostic: Diagnostic): RetryDecision {
  return { kind: 'drop', reason: 'rejected_by_backend', diagnostic };
}
