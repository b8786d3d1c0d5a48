// Decides from the result of a request whether its batch is sent again, split or dropped. It has no state.

import type { Diagnostic } from '../../core/diagnostic.js';
import type { DestinationInfo } from '../destination/destination-info.js';
import { retryAfterMs } from '../http/retry-after.js';
import { readPartialSuccess } from '../otlp/export-response.js';
import type { KnownDropReason } from '../stats.js';
import type { TransportResponse, TransportResult } from '../transport.js';
import {
  encodingDiagnostic,
  failureDiagnostic,
  partialSuccessDiagnostic,
  statusDiagnostic,
  webPageDiagnostic,
} from './failure-diagnostics.js';
import { failureOfStatus } from './failure-table.js';

/** What the sender does with the batch of a request. */
export type RetryDecision =
  | { readonly kind: 'accept'; readonly rejected: number; readonly diagnostic?: Diagnostic | undefined }
  | {
      readonly kind: 'retry';
      /** Milliseconds that the backend asked to wait. */
      readonly afterMs?: number | undefined;
      /** Whether the backend may have accepted the batch. */
      readonly mayHaveArrived: boolean;
      readonly diagnostic: Diagnostic;
    }
  | { readonly kind: 'split'; readonly diagnostic: Diagnostic }
  | { readonly kind: 'drop'; readonly reason: KnownDropReason; readonly diagnostic: Diagnostic };

/**
 * Decides what happens to the batch of a request.
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
        diagnostic: encodingDiagnostic(result.message, destination),
      };
    case 'failure':
      return {
        kind: 'retry',
        mayHaveArrived: result.isRequestSent,
        diagnostic: failureDiagnostic(result, destination),
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
    if (contentType?.includes('text/html')) return rejected(webPageDiagnostic(response, destination));
    const partial = readPartialSuccess(body, contentType);
    return {
      kind: 'accept',
      rejected: partial.rejected,
      diagnostic: partialSuccessDiagnostic(partial, destination),
    };
  }
  const diagnostic = statusDiagnostic(response, destination);
  const { action } = failureOfStatus(status);
  if (action === 'retry') {
    return { kind: 'retry', afterMs: retryAfterMs(retryAfter, wallMs), mayHaveArrived: false, diagnostic };
  }
  return action === 'split' ? { kind: 'split', diagnostic } : rejected(diagnostic);
}

function rejected(diagnostic: Diagnostic): RetryDecision {
  return { kind: 'drop', reason: 'rejected_by_backend', diagnostic };
}
