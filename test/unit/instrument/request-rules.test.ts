import { expect, it } from 'vitest';
import { parseRequestTarget } from '../../../src/core/request-target.js';
import { createIncomingRule, createOutgoingRule } from '../../../src/instrument/request-rules.js';
import type { HttpInstrumentOptions } from '../../../src/instrument/types.js';

it.each<[HttpInstrumentOptions['ignore'], string, boolean | undefined]>([
  [undefined, '/health', undefined],
  ['/health', '/health?full=1', true],
  ['/health', '/healthz', false],
  ['/health*', '/health/live', true],
  [['/a', /^\/b\d$/g], '/b7', true],
  [/^\/b\d$/g, '/b', false],
  [({ method }) => method === 'GET', '/', true],
  ['/a.b*', '/axb', false],
])('ignore %s and %s: %s', (ignore, url, expected) => {
  const rule = createIncomingRule(ignore);
  for (let i = 0; i < 2; i++) expect(rule?.({ url, method: 'GET', headers: {}, socket: {} })).toBe(expected);
});

it.each<[HttpInstrumentOptions['ignoreOutgoing'], boolean | undefined]>([
  [undefined, undefined],
  ['api.example', true],
  ['api.example:81', false],
  ['*.example', true],
  ['https://api.example/v1/items', true],
  ['https://api.example/*', true],
  ['http://api.example/*', false],
  ['api.example/v1/*', true],
  [/items\?page=2$/, true],
  [url => url === 'https://api.example/v1/items?page=2', true],
  [['other.example', 'api.*/v1/*'], true],
])('ignoreOutgoing %s: %s', (ignore, expected) => {
  const target = parseRequestTarget('https://api.example/v1/items?page=2')!;
  expect(createOutgoingRule('instrument.http.ignoreOutgoing', ignore)?.(target)).toBe(expected);
});
