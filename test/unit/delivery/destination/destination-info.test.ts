import { expect, it } from 'vitest';
import { destinationLabel } from '../../../../src/delivery/destination/destination-info.js';

it('a label has the name of the exporter and its endpoint', () => {
  const info = { name: 'otlp', displayEndpoint: 'https://***@collector.test/v1/traces' };
  expect(destinationLabel(info)).toBe('otlp (https://***@collector.test/v1/traces)');
});
