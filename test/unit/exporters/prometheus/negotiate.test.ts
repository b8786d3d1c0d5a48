import { expect, it } from 'vitest';
import { negotiateFormat } from '../../../../src/exporters/prometheus/negotiate.js';

it.each([
  [undefined, 'prometheus'],
  ['', 'prometheus'],
  ['*/*', 'prometheus'],
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'prometheus'],
  ['application/openmetrics-text', 'openmetrics'],
  // Prometheus 2.42 and 3.
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    'openmetrics',
  ],
  [
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=1.0.0;q=0.4,*/*;q=0.2',
    'openmetrics',
  ],
  ['application/OpenMetrics-Text ; Version="1.0.0"', 'openmetrics'],
  ['application/openmetrics-text;version=2.0.0', 'prometheus'],
  ['application/openmetrics-text;version=1.0.0;q=0.2,text/plain;q=0.9', 'prometheus'],
  ['application/openmetrics-text;q=0', 'prometheus'],
  ['application/openmetrics-text;q=many', 'prometheus'],
])('the header %s selects %s', (accept, format) => {
  expect(negotiateFormat(accept)).toBe(format);
});

it('does not parse a very long header', () => {
  expect(negotiateFormat(`${'a/b,'.repeat(5_000)}application/openmetrics-text`)).toBe('prometheus');
});
