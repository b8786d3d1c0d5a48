import { describe, expect, it } from 'vitest';
import {
  createRequestTarget,
  formatTargetUrl,
  parseRequestTarget,
} from '../../../src/core/request-target.js';

describe('parseRequestTarget', () => {
  it.each([
    ['http://A.example/b?c=1', 'a.example', 80, 'http://a.example/b?c=1'],
    ['https://u:p@a.example:8443', 'a.example', 8443, 'https://a.example:8443/'],
    ['https://[::1]/', '::1', 443, 'https://[::1]/'],
    [new URL('http://[::1]:81/x'), '::1', 81, 'http://[::1]:81/x'],
  ])('%s', (url, host, port, text) => {
    const target = parseRequestTarget(url);
    expect(target).toMatchObject({ host, port });
    expect(target && formatTargetUrl(target)).toBe(text);
  });

  it.each(['/path', 'ftp://a/', '', undefined, Symbol('x')])('refuses %s', url => {
    expect(parseRequestTarget(url)).toBeUndefined();
  });
});

it('createRequestTarget accepts an IPv6 address with and without brackets', () => {
  for (const host of ['::1', '[::1]']) {
    expect(createRequestTarget('http', host, 8080, '/').origin).toBe('http://[::1]:8080');
  }
});
