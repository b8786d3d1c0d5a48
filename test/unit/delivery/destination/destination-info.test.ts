import { expect, it } from 'vitest';
import { formatDestination } from '../../../../src/delivery/destination/destination-info.js';

it('a label has the name of the exporter and its endpoint', () => {
  const info = { name: 'otlp', displayEndpoint: 'https://***@collector.test/v1/traces' };
  expect(formatDestination(info)).toBe('otlp (https://***@collector.test/v1/traces)');
});
