import { describe, expect, it } from 'vitest';
import { isPlainResponse, replaceBody } from '../../../src/span/response.js';

describe('replaceBody', () => {
  it('has the new body and all other properties of the original, and so have its clones', async () => {
    const original = new Response('old', { status: 201, statusText: 'Made', headers: { 'x-a': '1' } });
    Object.defineProperty(original, 'url', { value: 'https://shop.example/' });
    Object.defineProperty(original, 'redirected', { value: true });
    const copy = replaceBody(original, new Response('new').body!);
    for (const response of [copy, copy.clone().clone()]) {
      expect(response).toMatchObject({
        status: 201,
        statusText: 'Made',
        ok: true,
        url: 'https://shop.example/',
        redirected: true,
        type: original.type,
      });
      expect([response.headers.get('x-a'), await response.text()]).toEqual(['1', 'new']);
    }
  });

  it('accepts a status that the constructor refuses', () => {
    const original = new Response('x');
    Object.defineProperty(original, 'status', { value: 999 });
    expect(replaceBody(original, new Response('y').body!).status).toBe(999);
  });
});

describe('isPlainResponse', () => {
  it('is false for a subclass', () => {
    class PageResponse extends Response {}
    expect([isPlainResponse(new Response()), isPlainResponse(new PageResponse())]).toEqual([true, false]);
  });
});
