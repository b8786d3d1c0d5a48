// Diagnostics for the results of requests, from the failure table: what happened, to which destination, what to do.

import type { Diagnostic } from '../../core/diagnostic.js';
import { pluralize } from '../../core/pluralize.js';
import { type DestinationInfo, formatDestination } from '../destination/destination-info.js';
import type { PartialSuccess } from '../otlp/export-response.js';
import type { TransportFailure, TransportResponse } from '../transport.js';
import {
  ACCEPTED_WITH_WARNING,
  findFailureByError,
  findFailureByStatus,
  NO_RECEIVER,
  PARTIAL_SUCCESS,
  WEB_PAGE,
} from './failure-table.js';
import type { FailureEntry } from './failure-entry.js';

const MAX_QUOTE_BYTES = 200;
const MAX_DETAIL = 200;

/** The end of a message: the consequence for the spans. */
const CONSEQUENCES: Readonly<Record<FailureEntry['action'], string>> = {
  accept: '',
  retry: '; spans are kept and sent again',
  split: '; the batch is split in two and sent again',
  drop: '; the spans were dropped',
};

/** The diagnostic for a status other than 2xx. */
export function createStatusDiagnostic(
  response: TransportResponse,
  destination: DestinationInfo,
): Diagnostic {
  const { status } = response;
  const entry = findFailureByStatus(status);
  const target = entry.code === 'redirected' ? `, a redirect ${resolveRedirect(response.location)}` : '';
  // The entry of a single status explains it. For a group of statuses, the response may.
  const quote = entry.on.includes(status) ? '' : quoteBody(response, MAX_QUOTE_BYTES);
  const fact = `responded with ${status}${target}: ${entry.fact}${quote}`;
  return toDiagnostic(
    entry,
    destination,
    `${formatDestination(destination)} ${fact}${CONSEQUENCES[entry.action]}`,
  );
}

/** The diagnostic for a 2xx response that is a web page. */
export function createWebPageDiagnostic(
  { status }: TransportResponse,
  destination: DestinationInfo,
): Diagnostic {
  const fact = `${formatDestination(destination)} responded with ${status}: ${WEB_PAGE.fact}`;
  return toDiagnostic(WEB_PAGE, destination, `${fact}${CONSEQUENCES.drop}`);
}

/** The diagnostic for a 2xx response that rejects spans or contains a warning; undefined for a full success. */
export function createPartialSuccessDiagnostic(
  { rejected, message }: PartialSuccess,
  destination: DestinationInfo,
): Diagnostic | undefined {
  if (rejected === 0 && message === '') return undefined;
  const label = formatDestination(destination);
  const reason = message === '' ? 'no reason given' : message;
  if (rejected === 0) {
    const fact = `${label} accepted the spans with a warning: ${reason}`;
    return toDiagnostic(ACCEPTED_WITH_WARNING, destination, fact);
  }
  return toDiagnostic(
    PARTIAL_SUCCESS,
    destination,
    `${label} rejected ${pluralize(rejected, 'span')}: ${reason}`,
  );
}

/**
 * The diagnostic for a request without a response.
 *
 * @param isRetried whether the batch is sent again; false while the process exits
 */
export function createFailureDiagnostic(
  failure: TransportFailure,
  destination: DestinationInfo,
  isRetried = true,
): Diagnostic {
  const { code, message, diagnosis } = failure;
  const { isDefaultEndpoint, origin, name } = destination;
  const label = formatDestination(destination);
  const consequence = isRetried ? CONSEQUENCES.retry : '';
  if (diagnosis !== undefined) {
    const { fact, fix } = diagnosis;
    return { code: diagnosis.code, message: `${label}: ${fact}${consequence}`, fix, source: name };
  }
  const entry = findFailureByError(failure);
  if (isDefaultEndpoint && entry.code === 'connection_refused') {
    return toDiagnostic(NO_RECEIVER, destination, `${name}: ${NO_RECEIVER.fact} at ${origin}`);
  }
  const details = { code: ` (${code})`, message: ` (${code}: ${message.slice(0, MAX_DETAIL)})` };
  const detail = entry.detail === undefined ? '' : details[entry.detail];
  return toDiagnostic(entry, destination, `${label} ${entry.fact}${detail}${consequence}`);
}

/** The diagnostic for a batch that cannot be converted to the format of the destination. */
export function createEncodingDiagnostic(reason: string, destination: DestinationInfo): Diagnostic {
  return {
    code: 'batch_unencodable',
    message: `${formatDestination(destination)}: ${reason}${CONSEQUENCES.drop}`,
    fix: 'Report this as a bug of @do/trace.',
    source: destination.name,
  };
}

/** The diagnostic for a single span that the backend finds too large. */
export function createOversizedSpanDiagnostic(bytes: number, destination: DestinationInfo): Diagnostic {
  return {
    code: 'span_too_large',
    message: `${formatDestination(destination)}: a span of ${bytes} bytes is larger than the backend accepts and was dropped`,
    fix: 'Keep large values out of attributes.',
    source: destination.name,
  };
}

/**
 * The beginning of a textual body as a quotation on one line; an empty string if there is no such text.
 *
 * @param maxBytes bytes of the body that are read
 */
export function quoteBody({ body, contentType }: TransportResponse, maxBytes: number): string {
  if (contentType !== undefined && !/json|text\/plain/.test(contentType)) return '';
  const text = Buffer.from(body.subarray(0, maxBytes)).toString('utf8');
  const line = text.replace(/[^\x20-\x7e]+/g, ' ').trim();
  return line === '' ? '' : ` ("${line}")`;
}

function toDiagnostic(
  { code, why, fix }: FailureEntry,
  { name }: DestinationInfo,
  message: string,
): Diagnostic {
  return { code, message, why, fix, source: name };
}

/** The target of a redirect without its query, which may contain secrets. */
function resolveRedirect(location: string | undefined): string {
  return location === undefined ? 'without a target' : `to ${location.slice(0, 200).split(/[?#]/, 1)[0]}`;
}
