import { describe, expect, it } from 'vitest';
import {
  readHeaders,
  readRawHeaders,
  replaceHeaders,
} from '../../../../src/instrument/client/fetch-headers.js';
import type { OutgoingHeaders } from '../../../../src/propagation/outgoing-headers.js';

const OUTGOING: OutgoingHeaders = {
  entries: [['traceparent', 'new']],
  replaced: new Set(['traceparent', 'tracestate']),
  stale: ['tracestate'],
};

describe('replaceHeaders', () => {
  it.each<[string, unknown, unknown]>([
    [
      'the text of undici 5',
      'TraceParent: old\r\nx-id: 1\r\nTRACESTATE: v=1\r\nx-url: a:b\r\n',
      'x-id: 1\r\nx-url: a:b\r\ntraceparent: new\r\n',
    ],
    ['an empty text', '', 'traceparent: new\r\n'],
    [
      'the list of undici 6',
      ['Traceparent', 'old', 'x-id', ['1', '2'], 'tracestate', 'v=1', 'traceparent', 'older'],
      ['x-id', ['1', '2'], 'traceparent', 'new'],
    ],
    [
      'a list without them',
      ['x-id', ['1', '2'], 'a', 'b'],
      ['x-id', ['1', '2'], 'a', 'b', 'traceparent', 'new'],
    ],
    ['an empty list', [], ['traceparent', 'new']],
    ['an unknown form, which stays', undefined, undefined],
  ])('replaces those of %s', (_, headers, expected) => {
    const request = { headers };
    replaceHeaders(request, OUTGOING);
    expect(request.headers).toEqual(expected);
  });

  it('does not change the list of the application', () => {
    const headers = Object.freeze(['traceparent', 'old']);
    replaceHeaders({ headers }, OUTGOING);
    expect(headers).toEqual(['traceparent', 'old']);
  });
});

describe('readHeaders', () => {
  it('reads the text of undici 5, where a value may contain colons', () => {
    expect([...readHeaders({ headers: 'Host: a:81\r\nX-Id: 1\r\nx-id:2\r\nno colon\r\n' })]).toEqual([
      ['host', 'a:81'],
      ['x-id', ['1', '2']],
    ]);
  });

  it('reads the list of undici 6, and joins values of the same name in order', () => {
    const headers = ['Accept', '*/*', 'x-id', ['1', '2'], 'X-ID', 3, 'without a value'];
    expect([...readHeaders({ headers })]).toEqual([
      ['accept', '*/*'],
      ['x-id', ['1', '2', '3']],
    ]);
  });

  it('has an empty text for an empty list of values, and no headers for other forms', () => {
    expect([...readHeaders({ headers: ['x-id', []] })]).toEqual([['x-id', []]]);
    expect(readHeaders({ headers: { 'x-id': '1' } }).size).toBe(0);
  });
});

describe('readRawHeaders', () => {
  it('reads Buffers and text', () => {
    const raw = [Buffer.from('Set-Cookie'), Buffer.from('a=1'), 'set-cookie', 'b=2', Buffer.from('X-A'), '1'];
    expect([...readRawHeaders(raw)]).toEqual([
      ['set-cookie', ['a=1', 'b=2']],
      ['x-a', '1'],
    ]);
    expect(readRawHeaders({ 'x-a': '1' }).size).toBe(0);
  });
});
