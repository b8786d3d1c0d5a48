// What an answer of the backend means: the fact, why it matters, the fix. A table, without any state.

import type { Check } from '../core/check.js';
import { REFUSALS, RETRYABLE } from '../delivery/retry-policy.js';
import type { Answered } from '../delivery/transport.js';
import { maskEndpoint } from '../core/endpoint.js';
import { type ConnectionTarget, fault, type Way } from './target.js';

/** What becomes of spans that are refused. */
export const DROPPED = 'Each span that is sent like this is refused, and dropped.';
const SENT_AGAIN =
  'Spans wait and are sent again; what does not fit into the queue meanwhile is dropped, and counted.';

/**
 * Judges an answer.
 *
 * @param name of the step
 * @param answer what came
 * @returns the fault; undefined where the answer is that of an OTLP receiver that took the request
 */
export function faultOf(
  name: string,
  answer: Answered,
  target: ConnectionTarget,
  way: Way,
): Check | undefined {
  const { status, contentType = '', body } = answer;
  const { shown } = way;
  const said = `${shown} answers ${status}`;
  if (status >= 200 && status < 300) {
    if (contentType.includes('text/html')) {
      return fault(name, `${said} with a web page: this is no OTLP receiver`, {
        why: 'The spans end in a page that nobody reads, and no error is ever seen.',
        fix: 'Set the endpoint to where OTLP over HTTP is taken, usually port 4318; a login page or an ingress may stand in front.',
      });
    }
    if (body.length > 0 && contentType !== '' && !/json|protobuf|octet-stream/.test(contentType)) {
      return fault(name, `${said} with ${contentType.slice(0, 60)}, which no OTLP receiver does`, {
        status: 'warning',
        why: 'Something that says yes to everything probably stands there; the spans go nowhere.',
        fix: 'Check host, port and path of the endpoint.',
      });
    }
    return undefined;
  }
  if (status >= 300 && status < 400) return redirect(name, answer, way);
  if (status === 401 || status === 403) return keyRefused(name, answer, target, way);
  if (status === 407) {
    return fault(name, `${said}: ${REFUSALS[407]?.fact}`, {
      why: DROPPED,
      fix: `Put them into HTTPS_PROXY or HTTP_PROXY: http://user:password@proxy:3128. Where ${way.endpoint.hostname} can be reached without the proxy, name it in NO_PROXY.`,
    });
  }
  if (status === 413) {
    return fault(name, `${said}: even a small request is too large for it`, {
      why: DROPPED,
      fix: "Raise the body size limit of the backend or of the proxy in front (nginx: client_max_body_size), or lower 'delivery.maxChunkBytes'.",
    });
  }
  if (status === 429) {
    const after =
      answer.retryAfter === undefined ? '' : `, to be asked again after ${moment(answer.retryAfter)}`;
    return fault(name, `${said}: more is sent than it takes${after}`, {
      status: 'warning',
      why: SENT_AGAIN,
      fix: "Send less (the 'sample' option), or raise the quota of the account.",
    });
  }
  if (status >= 500) {
    const quoted = quote(answer);
    return fault(name, `${said}: it has a fault of its own${quoted}`, {
      why: RETRYABLE.has(status) ? SENT_AGAIN : DROPPED,
      fix: 'Look at the log of the backend, and of the proxy or load balancer in front of it.',
    });
  }
  const known = REFUSALS[status];
  if (status === 404 || status === 405) {
    return fault(name, `${said}: ${known?.fact}${quote(answer)}`, {
      why: DROPPED,
      // Whoever has this answer in hand tries the usual paths before saying so: diagnose.ts.
      fix: 'Check host and port, and whether OTLP over HTTP is switched on there: none of the usual paths takes traces.',
    });
  }
  return fault(name, `${said}: ${known?.fact ?? 'it refuses the spans'}${quote(answer)}`, {
    why: DROPPED,
    fix: known?.fix ?? 'Look at the log of the backend.',
  });
}

function redirect(name: string, { status, location }: Answered, { endpoint, shown }: Way): Check {
  const to = destinationOf(location, endpoint);
  return fault(
    name,
    `${shown} answers ${status}, a redirect ${to === undefined ? 'elsewhere' : `to ${to}`}`,
    {
      why: 'Redirects are not followed, because the key would go along: each span is refused, and dropped.',
      fix:
        to === undefined
          ? 'Set the endpoint to where it leads.'
          : `Set the endpoint to ${to}, if that is where spans belong; a login page is not.`,
    },
  );
}

function keyRefused(
  name: string,
  answer: Answered,
  { destination, keyFrom }: ConnectionTarget,
  { shown, endpoint }: Way,
): Check {
  const sent = Object.keys(destination.headers ?? {}).filter(header =>
    /auth|key|token|team|cookie/i.test(header),
  );
  const hasKey = sent.length > 0 || endpoint.username !== '';
  const where = keyFrom ?? 'the headers of the exporter (OTEL_EXPORTER_OTLP_HEADERS, or otlp({ headers }))';
  const said = `${shown} answers ${answer.status}`;
  if (!hasKey) {
    return fault(name, `${said}: no key or token is sent`, { why: DROPPED, fix: `Set it: ${where}.` });
  }
  const fact =
    answer.status === 401
      ? `it does not know the key in ${sent[0] ?? 'the URL'}`
      : `the key in ${sent[0] ?? 'the URL'} may not write here`;
  return fault(name, `${said}: ${fact}${quote(answer)}`, {
    why: DROPPED,
    fix: `Check the key, its rights and the region it belongs to: ${where}.`,
  });
}

/** A Retry-After, which is in seconds or a date. */
function moment(retryAfter: string): string {
  const text = retryAfter.trim().slice(0, 40);
  return /^\d+$/.test(text) ? `${text} s` : text;
}

/** Where a redirect leads, absolute and without its query, which may carry secrets. */
function destinationOf(location: string | undefined, from: URL): string | undefined {
  try {
    return location === undefined
      ? undefined
      : maskEndpoint(new URL(location, from).href.split(/[?#]/, 1)[0] ?? '');
  } catch {
    // What cannot be read leads nowhere.
    return undefined;
  }
}

/** The beginning of a textual answer, on one line. */
export function quote({ body, contentType = 'text/plain' }: Answered): string {
  if (!/json|text\/plain/.test(contentType)) return '';
  const text = Buffer.from(body.subarray(0, 160)).toString('utf8');
  const line = text.replace(/[^\x20-\x7e]+/g, ' ').trim();
  return line === '' ? '' : ` ("${line}")`;
}
