import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUrl } from '../../../src/http/url.js';

describe('urlParts', () => {
  it('returns the parts that the conventions define', () => {
    expect(parseUrl('https://api.example/orders/4711?page=2#top')).toEqual({
      scheme: 'https',
      address: 'api.example',
      port: 443,
      path: '/orders/4711',
      query: 'page=2',
      full: 'https://api.example/orders/4711?page=2#top',
    });
  });

  it.each([
    ['http://[::1]:8080/', '::1', 8080],
    ['http://127.0.0.1/', '127.0.0.1', 80],
  ])('reads address and port of %s', (url, address, port) => {
    expect(parseUrl(url)).toMatchObject({ address, port });
  });

  it.each([
    'data:text/plain,s3cret',
    'blob:https://a.example/s3cret',
    'file:///home/s3cret',
    'custom://ann:s3cret@s3cret/s3cret?s3cret#s3cret',
  ])('returns only the scheme of %s', url => {
    const scheme = url.slice(0, url.indexOf(':'));
    const none = { address: '', port: undefined, path: '', query: '' };
    expect(parseUrl(url)).toEqual({ scheme, full: `${scheme}:`, ...none });
  });

  it('removes user info', () => {
    for (const url of [
      'https://ann:s3cret@a.example/x',
      'https://s3cret@a.example/x',
      'https://:s3cret@a.example/x',
    ]) {
      expect(parseUrl(url)?.full).toBe('https://a.example/x');
    }
  });

  it.each([
    'AWSAccessKeyId',
    'Signature',
    'sig',
    'X-Goog-Signature',
    'X-Amz-Signature',
    'X-Amz-Credential',
    'X-Amz-Security-Token',
  ])('redacts the value of %s, and leaves the rest of the query unchanged', key => {
    const url = `https://a.example/x?q=a%20b+c&${key}=s3cret&empty=&flag&${key}=s3cret=`;
    const parts = parseUrl(url);
    expect(parts?.query).toBe(`q=a%20b+c&${key}=REDACTED&empty=&flag&${key}=REDACTED`);
    expect(parts?.full).toBe(`https://a.example/x?${parts?.query}`);
  });

  it('redacts the value of a percent-encoded key, and keeps similar keys', () => {
    expect(parseUrl('https://a.example/?%73ig=s3cret&signal=1&Sig=2&%=3')?.query).toBe(
      '%73ig=REDACTED&signal=1&Sig=2&%=3',
    );
  });

  it('returns undefined for a value that is not an absolute URL', () => {
    const throwing = {
      toString() {
        throw new Error('no text');
      },
    };
    for (const url of ['/orders', '', 'http://', undefined, null, 4711, throwing, Symbol('url')]) {
      expect(parseUrl(url)).toBeUndefined();
    }
  });

  it('never throws, and never returns a password or a signature, for any URL', () => {
    const word = fc.stringMatching(/^[a-z0-9%+.~-]{0,8}$/);
    fc.assert(
      fc.property(word, word, fc.array(fc.tuple(word, word), { maxLength: 4 }), (user, path, query) => {
        const pairs = [...query.map(([key, value]) => `${key}=${value}`), 'sig=S3CRET'].join('&');
        const parts = parseUrl(`https://${user}:S3CRET@a.example/${path}?${pairs}`);
        expect(JSON.stringify(parts ?? {})).not.toContain('S3CRET');
      }),
    );
  });
});
