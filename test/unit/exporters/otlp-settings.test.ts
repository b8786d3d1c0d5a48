import { expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/config/index.js';
import { DELIVERY_DEFAULTS } from '../../../src/delivery/options.js';
import { DEFAULT_OTLP_SETTINGS } from '../../../src/exporters/otlp-settings.js';

it('the settings without variables are those of the configuration', () => {
  expect(DEFAULT_OTLP_SETTINGS).toEqual({
    endpoint: DEFAULTS.otlp.endpoint,
    headers: {},
    protocol: DEFAULTS.otlp.protocol,
    compression: DELIVERY_DEFAULTS.compression,
    requestTimeoutMs: DELIVERY_DEFAULTS.requestTimeoutMs,
  });
});

it('the endpoint is the full URL of a local receiver', () => {
  expect(new URL(DEFAULT_OTLP_SETTINGS.endpoint)).toMatchObject({
    protocol: 'http:',
    host: 'localhost:4318',
    pathname: '/v1/traces',
  });
});
