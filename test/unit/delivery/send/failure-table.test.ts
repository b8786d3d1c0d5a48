import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIAGNOSTIC_CODES } from '../../../../src/core/diagnostic-codes.js';
import {
  FAILURES,
  findFailureByError,
  findFailureByStatus,
} from '../../../../src/delivery/send/failure-table.js';

describe('the entry of a status', () => {
  it.each([
    [301, 'redirected', 'drop'],
    [399, 'redirected', 'drop'],
    [400, 'bad_request', 'drop'],
    [401, 'unauthorized', 'drop'],
    [402, 'request_rejected', 'drop'],
    [403, 'forbidden', 'drop'],
    [404, 'path_not_found', 'drop'],
    [405, 'method_not_allowed', 'drop'],
    [407, 'proxy_unauthorized', 'drop'],
    [408, 'request_rejected', 'drop'],
    [413, 'request_too_large', 'split'],
    [415, 'unsupported_media_type', 'drop'],
    [429, 'rate_limited', 'retry'],
    [499, 'request_rejected', 'drop'],
    [500, 'backend_error', 'drop'],
    [501, 'backend_error', 'drop'],
    [502, 'backend_unavailable', 'retry'],
    [503, 'backend_unavailable', 'retry'],
    [504, 'backend_unavailable', 'retry'],
    [505, 'backend_error', 'drop'],
    [0, 'request_rejected', 'drop'],
    [999, 'request_rejected', 'drop'],
  ])('%i is %s: %s', (status, code, action) => {
    expect(findFailureByStatus(status)).toMatchObject({ code, action });
  });

  // https://opentelemetry.io/docs/specs/otlp/#failures-1
  it('is retried for the statuses of the OTLP specification, and for no other', () => {
    const retried = Array.from({ length: 600 }, (_, status) => status).filter(
      status => findFailureByStatus(status).action === 'retry',
    );
    expect(retried).toEqual([429, 502, 503, 504]);
  });
});

describe('the entry of an error', () => {
  it.each([
    ['ECONNREFUSED', '', 'connection_refused'],
    ['ENOTFOUND', '', 'dns_failed'],
    ['EAI_AGAIN', '', 'dns_failed'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', '', 'certificate_name_mismatch'],
    ['CERT_HAS_EXPIRED', '', 'certificate_expired'],
    ['CERT_NOT_YET_VALID', '', 'certificate_expired'],
    ['EPROTO', 'ssl3_read_bytes:sslv3 alert handshake failure', 'tls_handshake_rejected'],
    ['EPROTO', 'tlsv13 alert certificate required', 'tls_handshake_rejected'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', '', 'tls_handshake_rejected'],
    ['EPROTO', 'wrong version number', 'tls_unsupported'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', '', 'tls_unsupported'],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', '', 'tls_unsupported'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', '', 'certificate_untrusted'],
    ['SELF_SIGNED_CERT_IN_CHAIN', '', 'certificate_untrusted'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', '', 'certificate_untrusted'],
    ['CERT_UNTRUSTED', '', 'certificate_untrusted'],
    ['ERR_SSL_OTHER', '', 'certificate_untrusted'],
    ['HPE_INVALID_CONSTANT', '', 'http_unsupported'],
    ['ECONNRESET', '', 'connection_closed'],
    ['EPIPE', '', 'connection_closed'],
    ['ABANDONED', '', 'connection_abandoned'],
    ['TIMEOUT', '', 'response_timeout'],
    ['PROXY', '', 'proxy_failed'],
    ['ENETUNREACH', '', 'connection_failed'],
    ['ERROR', 'ECONNREFUSED', 'connection_failed'],
    ['ECONNREFUSED_X', '', 'connection_failed'],
  ])('%s %s is %s', (code, message, entry) => {
    expect(findFailureByError({ code, message })).toMatchObject({ code: entry, action: 'retry' });
  });

  it('is found for any code and message', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (code, message) =>
        FAILURES.includes(findFailureByError({ code, message })),
      ),
    );
  });
});

describe('the table', () => {
  it('has each code once, and each is a diagnostic code', () => {
    const codes = FAILURES.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.filter(code => !(code in DIAGNOSTIC_CODES))).toEqual([]);
  });

  it.each(FAILURES.map(entry => [entry.code, entry] as const))(
    '%s has a clause as its fact, and full sentences as reason and fix',
    (_, { fact, why, fix, on }) => {
      expect(fact).toMatch(/[^.]$/);
      expect(why).toMatch(/^[A-Z].*\.$/);
      expect(fix).toMatch(/^[A-Z].*\.$/);
      expect(on.length).toBeGreaterThan(0);
    },
  );
});
