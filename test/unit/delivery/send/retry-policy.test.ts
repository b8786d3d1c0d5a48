import { describe, expect, it } from 'vitest';
import type { DestinationInfo } from '../../../../src/delivery/destination/destination-info.js';
import { classifyResult } from '../../../../src/delivery/send/retry-policy.js';
import type { TransportResponse, TransportResult } from '../../../../src/delivery/transport.js';
import { encodePartialSuccess } from '../../../support/spans.js';

const NOW_MS = Date.parse('Thu, 20 Nov 2025 22:00:00 GMT');
const DESTINATION: DestinationInfo = {
  name: 'otlp',
  displayEndpoint: 'https://collector.test/v1/traces',
  origin: 'https://collector.test',
  isDefaultEndpoint: false,
  protocol: 'http/protobuf',
};
const response = (parts: Partial<TransportResponse>): TransportResult => ({
  kind: 'response',
  status: 200,
  body: new Uint8Array(0),
  wireBytes: 0,
  ...parts,
});
const decide = (result: TransportResult) => classifyResult(result, DESTINATION, NOW_MS);

describe('a batch is accepted', () => {
  it.each([200, 202, 299])('with the status %i', status => {
    expect(decide(response({ status }))).toEqual({ kind: 'accept', rejected: 0, diagnostic: undefined });
  });

  it('by a transport without responses', () => {
    expect(decide({ kind: 'success', wireBytes: 3 })).toEqual({ kind: 'accept', rejected: 0 });
  });

  it('with a body that cannot be read', () => {
    const body = Buffer.from('OK');
    expect(decide(response({ body, contentType: 'text/plain' }))).toMatchObject({
      kind: 'accept',
      rejected: 0,
    });
  });

  it('in part, with the number of rejected spans', () => {
    expect(decide(response({ body: encodePartialSuccess(3, 'too old') }))).toMatchObject({
      kind: 'accept',
      rejected: 3,
      diagnostic: { code: 'partial_success', source: 'otlp' },
    });
  });

  it('with a warning', () => {
    expect(decide(response({ body: encodePartialSuccess(0, 'deprecated') }))).toMatchObject({
      kind: 'accept',
      rejected: 0,
      diagnostic: { code: 'accepted_with_warning', source: 'otlp' },
    });
  });
});

describe('a batch is sent again', () => {
  it.each([429, 502, 503, 504])('after the status %i', status => {
    expect(decide(response({ status }))).toMatchObject({
      kind: 'retry',
      afterMs: undefined,
      mayHaveArrived: false,
      diagnostic: { source: 'otlp' },
    });
  });

  it.each([
    ['7', 7_000],
    ['Thu, 20 Nov 2025 22:00:30 GMT', 30_000],
    ['soon', undefined],
  ])('after the time of Retry-After: %s', (retryAfter, afterMs) => {
    expect(decide(response({ status: 503, retryAfter }))).toMatchObject({ kind: 'retry', afterMs });
  });

  it.each([true, false])(
    'without a response, and may have arrived if the request was sent: %s',
    isRequestSent => {
      const failure = {
        kind: 'failure',
        code: 'ECONNRESET',
        message: '',
        isRequestSent,
        wireBytes: 9,
      } as const;
      expect(decide(failure)).toMatchObject({
        kind: 'retry',
        mayHaveArrived: isRequestSent,
        diagnostic: { code: 'connection_closed', source: 'otlp' },
      });
    },
  );
});

it('a batch is split after the status 413', () => {
  expect(decide(response({ status: 413 }))).toMatchObject({
    kind: 'split',
    diagnostic: { code: 'request_too_large', source: 'otlp' },
  });
});

describe('a batch is dropped', () => {
  it.each([301, 400, 401, 403, 404, 405, 407, 408, 415, 418, 500, 501, 505])(
    'after the status %i',
    status => {
      expect(decide(response({ status }))).toMatchObject({
        kind: 'drop',
        reason: 'rejected_by_backend',
        diagnostic: { source: 'otlp' },
      });
    },
  );

  it('after a web page with the status 200', () => {
    expect(decide(response({ contentType: 'text/html; charset=utf-8' }))).toMatchObject({
      kind: 'drop',
      reason: 'rejected_by_backend',
      diagnostic: { code: 'web_page_response' },
    });
  });

  it('if it cannot be encoded', () => {
    expect(decide({ kind: 'encoding_failure', message: 'no JSON', wireBytes: 0 })).toMatchObject({
      kind: 'drop',
      reason: 'unreadable',
      diagnostic: { code: 'batch_unencodable', source: 'otlp' },
    });
  });
});
