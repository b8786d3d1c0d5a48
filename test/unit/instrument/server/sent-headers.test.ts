import { describe, expect, it } from 'vitest';
import { readSentHeader } from '../../../../src/instrument/server/sent-headers.js';
import { createExchange } from '../../../support/server-recording.js';

describe('readSentHeader', () => {
  it('reads a header that is set, before the head is complete', () => {
    const [, response] = createExchange();
    response.setHeader('X-Answer', ['a', 'b']);
    expect(readSentHeader(response, 'x-answer')).toEqual(['a', 'b']);
    expect(readSentHeader(response, 'x-none')).toBeUndefined();
  });

  it.each<[string, (response: ReturnType<typeof createExchange>[1]) => unknown]>([
    ['an object', response => response.writeHead(200, { 'X-Answer': 'a', 'X-Many': ['1', '2'] })],
    ['a list', response => response.writeHead(200, ['X-Answer', 'a', 'X-Many', '1', 'x-many', '2'])],
  ])('reads the headers of writeHead with %s', (_, writeHead) => {
    const [, response] = createExchange();
    writeHead(response);
    expect(readSentHeader(response, 'x-answer')).toBe('a');
    expect(readSentHeader(response, 'x-many')).toEqual(['1', '2']);
    expect(readSentHeader(response, 'x-none')).toBeUndefined();
  });

  it('reads the header of writeHead that replaces another one', () => {
    const [, response] = createExchange();
    response.setHeader('x-answer', 'replaced');
    response.writeHead(200, { 'X-Answer': 'a' });
    expect(readSentHeader(response, 'x-answer')).toBe('a');
  });

  it('reads the whole value, which may contain colons, and never the status line', () => {
    const [, response] = createExchange();
    response.writeHead(200, 'x-reason: b', { location: 'https://a.example:81/b' });
    expect(readSentHeader(response, 'location')).toBe('https://a.example:81/b');
    expect(readSentHeader(response, 'http/1.1 200 x-reason')).toBeUndefined();
  });
});
