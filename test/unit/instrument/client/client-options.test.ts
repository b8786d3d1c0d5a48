import { expect, it } from 'vitest';
import { createRequestTarget } from '../../../../src/core/request-target.js';
import { prepareClientOptions } from '../../../../src/instrument/client/client-options.js';

it('has no part that the application does not use', () => {
  expect(prepareClientOptions('http', { requestHeaders: [] })).toEqual({
    isIgnored: undefined,
    requestHeaders: undefined,
    responseHeaders: undefined,
  });
});

it('prepares the rule and the headers of each direction', () => {
  const { isIgnored, requestHeaders, responseHeaders } = prepareClientOptions('fetch', {
    ignoreOutgoing: 'metrics.example',
    requestHeaders: ['X-Id'],
    responseHeaders: ['X-Answer'],
  });
  expect(isIgnored?.(createRequestTarget('https', 'metrics.example', 443, '/'))).toBe(true);
  expect(isIgnored?.(createRequestTarget('https', 'api.example', 443, '/'))).toBe(false);
  expect(requestHeaders).toEqual([{ name: 'x-id', attribute: 'http.request.header.x-id' }]);
  expect(responseHeaders).toEqual([{ name: 'x-answer', attribute: 'http.response.header.x-answer' }]);
});
