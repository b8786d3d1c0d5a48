import { expect, it } from 'vitest';
import { createListenDiagnostic } from '../../../../src/exporters/prometheus/listen-diagnostic.js';

const errorWith = (code: string): NodeJS.ErrnoException =>
  Object.assign(new Error('listen failed'), { code });

it.each([
  ['EADDRINUSE', { host: '127.0.0.1', port: 9464 }, /port 9464 on 127\.0\.0\.1 is in use/, /another port/],
  [
    'EADDRINUSE',
    { host: '127.0.0.1', port: 9464, otherUrl: 'http://127.0.0.1:9464/metrics' },
    /in use by another prometheus exporter of this process, http:\/\/127\.0\.0\.1:9464\/metrics/,
    /Remove the second exporter.*OTEL_EXPORTER_PROMETHEUS_PORT/,
  ],
  ['EACCES', { host: '127.0.0.1', port: 80 }, /no permission to listen on port 80/, /above 1023/],
  ['EADDRNOTAVAIL', { host: '192.0.2.1', port: 9464 }, /192\.0\.2\.1 is not an address/, /0\.0\.0\.0/],
  ['ENOTFOUND', { host: 'nowhere.test', port: 9464 }, /nowhere\.test is not an address/, /127\.0\.0\.1/],
])('explains %s (%#)', (code, address, message, fix) => {
  expect(createListenDiagnostic(errorWith(code), address)).toMatchObject({
    code: 'metrics_endpoint_unavailable',
    message: expect.stringMatching(message),
    fix: expect.stringMatching(fix),
    source: 'prometheus',
  });
});

it('shows any other error, with an IPv6 address in brackets', () => {
  const { message, fix } = createListenDiagnostic(errorWith('EMFILE'), { host: '::1', port: 9464 });
  expect(message).toBe('prometheus: no metrics are served on [::1]:9464: Error: listen failed');
  expect(fix).toMatch(/^Choose another host or port /);
});
