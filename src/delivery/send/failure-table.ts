// Every failure of a request, as data: HTTP statuses, DNS, TLS, proxies and connections. The retry policy, the log messages,
// the doctor, and the tables in docs/delivery.md and docs/doctor.md come from this table.

import { createDropEntry, createRetryEntry, type FailureEntry } from './failure-entry.js';

const CHECK_PATH = 'Check the endpoint. Its path usually ends in /v1/traces.';
const LOGS = 'the log of the backend, and of the proxy or load balancer in front of it.';

/** ECONNREFUSED at the default endpoint on this machine. */
export const NO_RECEIVER: FailureEntry = createRetryEntry(
  ['ECONNREFUSED at the default endpoint'],
  'receiver_unreachable',
  'no OTLP receiver',
  'Start one with "npx @do/trace view", or set the exporter option.',
);

/** A 2xx response that is a web page. */
export const WEB_PAGE: FailureEntry = {
  on: ['2xx with text/html'],
  code: 'web_page_response',
  fact: 'the response is a web page, so this is not an OTLP receiver',
  why: 'The spans are dropped, although the status reports success.',
  fix: 'Set the endpoint to an OTLP/HTTP receiver, usually on port 4318. A login page or an ingress may be in front of it.',
  action: 'drop',
};

/** A 2xx response that rejects some of the spans. */
export const PARTIAL_SUCCESS: FailureEntry = {
  on: ['2xx with rejected spans'],
  code: 'partial_success',
  fact: 'the backend rejected some of the spans',
  why: 'Rejected spans are lost. trace.stats() counts them as rejected.',
  fix: 'Correct the reason that the backend gives. Without a reason, check its log and the limits of the account.',
  action: 'accept',
};

/** A 2xx response with a message and without rejected spans. */
export const ACCEPTED_WITH_WARNING: FailureEntry = {
  on: ['2xx with a warning'],
  code: 'accepted_with_warning',
  fact: 'the backend accepted the spans with a warning',
  why: 'The backend may reject spans later.',
  fix: 'Correct the cause of the warning.',
  action: 'accept',
};

const STATUS_ENTRIES: readonly FailureEntry[] = [
  createDropEntry(
    [400],
    'bad_request',
    'the backend could not read the request',
    'Check that the endpoint accepts OTLP over HTTP, and with which protocol.',
  ),
  createDropEntry(
    [401],
    'unauthorized',
    'the API key or token is missing or wrong',
    'Check the headers of the exporter.',
  ),
  createDropEntry(
    [403],
    'forbidden',
    'the API key or token has no permission to write spans',
    'Check the headers of the exporter and the permissions of the key.',
  ),
  createDropEntry([404], 'path_not_found', 'there is no OTLP receiver at this path', CHECK_PATH),
  createDropEntry([405], 'method_not_allowed', 'this path does not accept POST requests', CHECK_PATH),
  createDropEntry(
    [407],
    'proxy_unauthorized',
    'the proxy requires a user and a password',
    'Set them in HTTPS_PROXY or HTTP_PROXY: http://user:password@proxy:3128.',
  ),
  {
    on: [413],
    code: 'request_too_large',
    fact: 'the request is larger than the backend accepts',
    why: 'The batch is split in two and sent again. A single span that is too large is dropped.',
    fix: 'Lower delivery.maxChunkBytes, or raise the body size limit of the backend or of the proxy in front of it.',
    action: 'split',
  },
  createDropEntry(
    [415],
    'unsupported_media_type',
    'the backend does not accept this encoding of OTLP at this path',
    'Try the other protocol, http/protobuf or http/json.',
  ),
  createRetryEntry(
    [429],
    'rate_limited',
    'the backend limits the rate of requests',
    'If it lasts, send fewer spans (the sample option), or raise the quota of the account.',
  ),
  createRetryEntry(
    [502, 503, 504],
    'backend_unavailable',
    'the backend is temporarily unavailable',
    `If it lasts, check ${LOGS}`,
  ),
  {
    ...createDropEntry(
      ['3xx'],
      'redirected',
      'redirects are not followed',
      'Set the endpoint to the target of the redirect, if that is an OTLP receiver and not a login page.',
    ),
    why: 'Redirects are not followed, because the key would be sent to the other server. The spans are dropped.',
  },
  createDropEntry(['5xx'], 'backend_error', 'the backend failed to process the request', `Check ${LOGS}`),
];

const OTHER_STATUS = createDropEntry(
  ['another status'],
  'request_rejected',
  'the backend rejected the request',
  'Check the log of the backend.',
);

// The first entry that fits applies.
const ERROR_ENTRIES: readonly FailureEntry[] = [
  createRetryEntry(
    ['ECONNREFUSED'],
    'connection_refused',
    'refused the connection',
    'Check that the receiver is running and that host and port are right.',
  ),
  createRetryEntry(
    ['ENOTFOUND', 'EAI_AGAIN'],
    'dns_failed',
    'cannot be resolved by DNS',
    'Check the host name in the endpoint, and the DNS of this machine or container.',
  ),
  {
    ...createRetryEntry(
      ['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH'],
      'certificate_name_mismatch',
      'has a certificate for another host name',
      'Use a host name in the endpoint that is in the certificate.',
    ),
    detail: 'code',
  },
  {
    ...createRetryEntry(
      ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'],
      'certificate_expired',
      'has a certificate that is expired or not yet valid',
      'Renew the certificate, or correct the clock of this machine.',
    ),
    detail: 'code',
  },
  {
    ...createRetryEntry(
      ['ERR_SSL_*', 'EPROTO'],
      'tls_handshake_rejected',
      'rejected the TLS handshake',
      'It probably requires a client certificate: set tls.cert and tls.key, or OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY.',
    ),
    detail: 'code',
    opensslText: /alert (?:handshake failure|bad certificate|certificate required|unknown ca)|ALERT/,
  },
  {
    ...createRetryEntry(
      ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'],
      'tls_unsupported',
      'does not use TLS',
      'Use http:// or another port in the endpoint.',
    ),
    detail: 'code',
  },
  {
    ...createRetryEntry(
      ['CERT_*', 'ERR_TLS*', 'ERR_SSL*', 'UNABLE_TO_*', 'SELF_SIGNED*', 'DEPTH_ZERO*', 'INVALID_CA*'],
      'certificate_untrusted',
      'has a certificate that is not trusted',
      'Set its certificate authority with tls.ca or OTEL_EXPORTER_OTLP_CERTIFICATE.',
    ),
    detail: 'code',
  },
  createRetryEntry(
    ['HPE_*'],
    'http_unsupported',
    'does not use HTTP/1.1',
    'Use the port for OTLP over HTTP, usually 4318; port 4317 is for gRPC. Use https:// if the port requires TLS.',
  ),
  createRetryEntry(
    ['ECONNRESET', 'EPIPE'],
    'connection_closed',
    'closed the connection without a response',
    'Use https:// in the endpoint if the port requires TLS. Otherwise check the log of the backend.',
  ),
  createRetryEntry(
    ['ABANDONED'],
    'connection_abandoned',
    'was not connected when the flush ended',
    'Check host, port and firewalls, or give flush() more time.',
  ),
  createRetryEntry(
    ['TIMEOUT'],
    'response_timeout',
    'did not respond in time',
    'Check the load and the log of the backend, or raise delivery.requestTimeoutMs.',
  ),
  {
    ...createRetryEntry(
      ['PROXY'],
      'proxy_failed',
      'cannot be reached through the proxy',
      'Correct HTTPS_PROXY, or add the host of the endpoint to NO_PROXY.',
    ),
    detail: 'message',
  },
  {
    ...createRetryEntry(
      ['HEADERS'],
      'headers_failed',
      'got no request, because the headers function of the exporter failed',
      'Correct the function. It must return an object of header names and values within delivery.requestTimeoutMs.',
    ),
    detail: 'message',
  },
];

const OTHER_ERROR: FailureEntry = {
  ...createRetryEntry(
    ['another error'],
    'connection_failed',
    'cannot be reached',
    'Check host and port, and the firewalls between this machine and the backend.',
  ),
  detail: 'message',
};

/** All entries, in the order of the documentation. */
export const FAILURES: readonly FailureEntry[] = [
  NO_RECEIVER,
  ...ERROR_ENTRIES,
  OTHER_ERROR,
  WEB_PAGE,
  PARTIAL_SUCCESS,
  ACCEPTED_WITH_WARNING,
  ...STATUS_ENTRIES,
  OTHER_STATUS,
];

/** Finds the entry for an HTTP status other than 2xx. */
export function findFailureByStatus(status: number): FailureEntry {
  const find = (key: number | string): FailureEntry | undefined =>
    STATUS_ENTRIES.find(({ on }) => on.includes(key));
  return find(status) ?? find(`${Math.floor(status / 100)}xx`) ?? OTHER_STATUS;
}

/**
 * Finds the entry for a request without a response.
 *
 * @param error code and message of the operating system, of TLS or of HTTP
 */
export function findFailureByError(error: { readonly code: string; readonly message: string }): FailureEntry {
  const { code, message } = error;
  const isMatch = (pattern: number | string): boolean =>
    String(pattern).endsWith('*') ? code.startsWith(String(pattern).slice(0, -1)) : code === pattern;
  return (
    ERROR_ENTRIES.find(
      ({ on, opensslText }) => on.some(isMatch) && (opensslText?.test(`${code} ${message}`) ?? true),
    ) ?? OTHER_ERROR
  );
}
