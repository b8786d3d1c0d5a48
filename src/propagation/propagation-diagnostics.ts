// Debug diagnostics for headers that are ignored and carriers that do not work. Senders control both, so none is a warning.

import { safeText } from '../core/diagnostics.js';
import { globalState } from '../core/global-state.js';

const MAX_SHOWN_LENGTH = 80;

/**
 * Reports that a received header was ignored. Never throws.
 *
 * @param header the name of the header
 * @param reason the reason: a clause without a full stop
 * @param received the value; its first 80 characters are shown, escaped
 */
export function reportRejectedHeader(header: string, reason: string, received: unknown): void {
  globalState.diagnostics.report('debug', {
    code: 'header_rejected',
    message: `the ${header} header ${quote(received)} was ignored: ${reason}`,
    source: header,
  });
}

/**
 * Reports that a context, or a part of it, could not be read from a carrier or written to it. Never throws.
 *
 * @param carrier the kind of carrier
 * @param problem the reason: a clause without a full stop
 */
export function reportCarrierFailure(carrier: string, problem: string): void {
  globalState.diagnostics.report('debug', {
    code: 'carrier_failed',
    message: `${carrier}: ${problem}`,
    source: carrier,
  });
}

function quote(value: unknown): string {
  const text = safeText(value);
  return JSON.stringify(text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text);
}
