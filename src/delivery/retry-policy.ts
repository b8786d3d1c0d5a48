// What an outcome means for the chunk, and what the user should know about it: a table, without any state.

import { pluralize } from '../core/pluralize.js';
import { describeFailure, type Meaning, type Target } from './error-messages.js';
import { readPartialSuccess } from './otlp/export-response.js';
import { retryAfterMs } from './http/retry-after.js';
import type { DropReason } from './stats.js';
import type { Answered, Failed, Outcome } from './transport.js';

/** What to do with the chunk that was sent. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly rejected: number; readonly note?: Note }
  | {
      readonly kind: 'retry';
      /** Milliseconds that the backend asked to wait. */
      readonly afterMs?: number;
      /** The backend may have taken the chunk already. */
      readonly lost: boolean;
      readonly note: Note;
    }
  | { readonly kind: 'split'; readonly note: Note }
  | { readonly kind: 'refused'; readonly reason: DropReason; readonly note: Note };

/** What to say: a stable key, so that each matter is said once, and one line with the fix. */
export interface Note {
  readonly key: string;
  readonly message: string;
}

/** The statuses after which a request is sent again. */
export const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** What each refusal means, with the fix. */
export const REFUSALS: Readonly<Record<number, Meaning>> = {
  400: {
    fact: 'the backend could not read the spans',
    fix: 'check that the endpoint takes OTLP over HTTP, and in which `protocol`',
  },
  401: { fact: 'the key or token is missing or wrong', fix: 'check the headers of the exporter' },
  403: {
    fact: 'the key or token may not write here',
    fix: 'check the headers of the exporter and the rights of the key',
  },
  404: { fact: 'nothing takes traces at this path', fix: 'the usual one ends in /v1/traces' },
  405: { fact: 'this path takes no POST', fix: 'the usual one ends in /v1/traces' },
  407: { fact: 'the proxy wants a user and password', fix: 'put them into HTTPS_PROXY or HTTP_PROXY' },
  415: {
    fact: 'the backend takes no OTLP of this kind at this path',
    fix: 'try the other `protocol`, http/protobuf or http/json',
  },
};

/**
 * Judges one outcome.
 *
 * @param wallMs now, for Retry-After dates
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
 */
export function judge(outcome: Outcome, target: Target, wallMs: number): Verdict {
  switch (outcome.kind) {
    case 'taken':
      return { kind: 'accepted', rejected: 0 };
    case 'unsendable': {
      const message = `${target.name} (${target.shown}): ${outcome.message}; the spans were dropped`;
      return { kind: 'refused', reason: 'unreadable', note: { key: 'unsendable', message } };
    }
    case 'failed':
      return judgeFailure(outcome, target);
    default:
      return judgeAnswer(outcome, target, wallMs);
  }
}

function judgeAnswer(answer: Answered, target: Target, wallMs: number): Verdict {
  const { status } = answer;
  const where = `${target.name} (${target.shown})`;
  if (status >= 200 && status < 300) {
    if (answer.contentType?.includes('text/html')) {
      const message = `${where} answered ${status} with a web page: this is no OTLP receiver; check the endpoint`;
      return { kind: 'refused', reason: 'rejected_by_backend', note: { key: 'html', message } };
    }
    const { rejected, message } = readPartialSuccess(answer.body, answer.contentType);
    if (rejected === 0 && message === '') return { kind: 'accepted', rejected };
    const what =
      rejected > 0 ? `refused ${pluralize(rejected, 'span')}` : 'accepted the spans with a warning';
    return {
      kind: 'accepted',
      rejected,
      note: { key: 'partial', message: `${where} ${what}: ${message || 'no reason given'}` },
    };
  }
  const note = (key: string, text: string): Note => ({ key, message: `${where} ${text}` });
  if (RETRYABLE.has(status)) {
    const afterMs = retryAfterMs(answer.retryAfter, wallMs);
    return {
      kind: 'retry',
      ...(afterMs === undefined ? {} : { afterMs }),
      lost: false,
      note: note('busy', `answered ${status}; spans wait and are sent again`),
    };
  }
  if (status === 413)
    return {
      kind: 'split',
      note: note(
        '413',
        'takes no requests of this size (413), they are cut in two; lower `delivery.maxChunkBytes`',
      ),
    };
  if (status >= 300 && status < 400) {
    const to =
      answer.location === undefined ? 'elsewhere' : `to ${answer.location.slice(0, 200).split(/[?#]/, 1)[0]}`;
    return {
      kind: 'refused',
      reason: 'rejected_by_backend',
      note: note(
        'redirect',
        `redirects (${status}) ${to}: redirects are not followed; set the endpoint to where it leads`,
      ),
    };
  }
  const known = REFUSALS[status];
  const why =
    known === undefined ? `the backend refused the spans${quote(answer)}` : `${known.fact}; ${known.fix}`;
  return {
    kind: 'refused',
    reason: 'rejected_by_backend',
    note: note(String(status), `answered ${status}: ${why}; the spans were dropped`),
  };
}

function judgeFailure(failure: Failed, target: Target): Verdict {
  return {
    kind: 'retry',
    lost: failure.delivered,
    note: {
      key: failure.code,
      message: `${describeFailure(failure, target)}; while the process runs, spans wait and are sent again`,
    },
  };
}

/** The beginning of a textual answer, on one line. */
function quote(answer: Answered): string {
  if (answer.contentType !== undefined && !/json|text\/plain/.test(answer.contentType)) return '';
  const text = Buffer.from(answer.body.subarray(0, 200)).toString('utf8');
  const line = text.replace(/[^\x20-\x7e]+/g, ' ').trim();
  return line === '' ? '' : ` ("${line}")`;
}
