import { expect, it } from 'vitest';
import { bracketHost, formatHostPort, isLoopbackHost, unbracketHost } from '../../../src/core/host.js';

it.each([
  ['::1', '[::1]', '::1'],
  ['[::1]', '[::1]', '::1'],
  ['2001:db8::1', '[2001:db8::1]', '2001:db8::1'],
  ['collector.test', 'collector.test', 'collector.test'],
  ['10.0.0.1', '10.0.0.1', '10.0.0.1'],
])('%s is %s in a URL and %s for a socket', (host, bracketed, bare) => {
  expect(bracketHost(host)).toBe(bracketed);
  expect(unbracketHost(host)).toBe(bare);
  expect(formatHostPort(host, 4318)).toBe(`${bracketed}:4318`);
});

it.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.0.0.2', true],
  ['::1', true],
  ['[::1]', true],
  ['127.example.com', false],
  ['localhost.test', false],
  ['10.0.0.1', false],
  ['[::2]', false],
])('%s is this machine: %s', (host, isLoopback) => {
  expect(isLoopbackHost(host)).toBe(isLoopback);
});
