// What a request without an answer means, in one line with the fix: a table by the code of the system, TLS or HTTP.

import type { Protocol } from './stats.js';
import type { Failed } from './transport.js';

/** Where the chunk was sent, for the messages. */
export interface Target {
  readonly name: string;
  /** The endpoint as it may be shown. */
  readonly shown: string;
  /** The default endpoint on this machine: probably nobody ever started a receiver. */
  readonly isDefault: boolean;
  /** How spans are written there; undefined where they do not go over HTTP. */
  readonly protocol?: Protocol | undefined;
}

/** What a failure means, and what to do. */
export interface Meaning {
  /** Goes on behind the name of the backend: `refused the connection`. */
  readonly fact: string;
  readonly fix: string;
}

/** The first pattern that fits the code, or code and message, says what it means. */
const MEANINGS: readonly (readonly [RegExp, fact: string, fix: string])[] = [
  [
    /^ECONNREFUSED\b/,
    'refused the connection',
    'check that the receiver runs and that host and port are right',
  ],
  [/^(?:ENOTFOUND|EAI_AGAIN)\b/, 'cannot be found by name', 'check the host in the endpoint and the DNS'],
  [
    /^(?:ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)\b/,
    'has a certificate for another name',
    'put the name that stands in it into the endpoint',
  ],
  [
    /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)\b/,
    'has a certificate that is not valid today',
    'renew it, or set the clock of this machine right',
  ],
  [
    /^(?:ERR_SSL_|EPROTO\b).*(?:alert (?:handshake failure|bad certificate|certificate required|unknown ca)|ALERT)/,
    'ended the TLS handshake',
    'it probably wants a certificate of yours, as `tls.cert` and `tls.key` or OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY',
  ],
  [
    /^(?:EPROTO|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG)\b/,
    'does not speak TLS',
    'use http:// or another port in the endpoint',
  ],
  [
    /^(?:CERT_|ERR_TLS|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_SSL|INVALID_CA)/,
    'has a certificate that is not trusted',
    'give its authority as `tls.ca` or OTEL_EXPORTER_OTLP_CERTIFICATE',
  ],
  [
    /^HPE_/,
    'does not speak HTTP/1.1',
    'port 4317 speaks gRPC, OTLP over HTTP is usually on 4318; https needs https:// in the endpoint',
  ],
  [
    /^(?:ECONNRESET|EPIPE)\b/,
    'closed the connection without an answer',
    'if it speaks TLS, use https:// in the endpoint, otherwise look at its log',
  ],
  [
    /^ABANDONED\b/,
    'was not connected when the flush ended',
    'check host, port and what stands between, or give the flush more time',
  ],
  [/^TIMEOUT\b/, 'did not answer in time', 'look at the backend, or raise `delivery.timeoutMs`'],
];

/**
 * What the code of a failure means; undefined for one that is not known.
 *
 * @param failure code and message of the system, TLS or HTTP
 */
export function meaningOf({ code, message }: Pick<Failed, 'code' | 'message'>): Meaning | undefined {
  const found = MEANINGS.find(([pattern]) => pattern.test(`${code} ${message}`));
  return found && { fact: found[1], fix: found[2] };
}

/**
 * Says why there was no answer, and what to do.
 *
 * @param failure the failed try
 * @param target where it went
 */
export function describeFailure(failure: Failed, target: Target): string {
  const { code, message, explanation } = failure;
  const { name, shown, isDefault } = target;
  const where = `${name} (${shown})`;
  if (explanation !== undefined) return `${where}: ${explanation}`;
  if (code === 'ECONNREFUSED' && isDefault) {
    return `nobody listens at ${shown}: start \`npx @do/trace view\` to see your traces here, or say with the \`exporter\` option of init() where they should go`;
  }
  const meaning = meaningOf(failure);
  if (meaning === undefined) {
    return `${where} cannot be reached (${code}: ${message.slice(0, 200)}): check host, port and what stands between`;
  }
  // Of TLS there are many codes, and each says more than the line does.
  const detail = /CERT|SSL|TLS|SIGN|ISSUER|EPROTO/.test(code) ? ` (${code})` : '';
  return `${where} ${meaning.fact}${detail}: ${meaning.fix}`;
}
