import { expect, it } from 'vitest';
import { DEFAULTS, UNKNOWN_SERVICE } from '../../../src/config/defaults.js';
import { resolveConfig } from '../../../src/config/resolve.js';
import { DEFAULT_TAIL_LIMITS } from '../../../src/sampling/tail/default-limits.js';
import { configHost } from '../../support/config-host.js';

it('init() without options and variables uses these values', () => {
  expect(resolveConfig(undefined, configHost())).toEqual({
    config: {
      service: { name: 'unknown_service:node' },
      attributes: { 'service.name': 'unknown_service:node' },
      exporters: ['otlp'],
      otlp: {
        endpoint: 'http://localhost:4318/v1/traces',
        headers: {},
        protocol: 'http/protobuf',
        compression: 'gzip',
        requestTimeoutMs: 10_000,
        tls: {},
      },
      sample: {
        ratio: 1,
        rules: [],
        keep: { holds: false, errors: false, match: [], ...DEFAULT_TAIL_LIMITS },
        followRemote: true,
        followParent: true,
      },
      propagate: { formats: ['w3c', 'baggage'] },
      instrument: { http: true, fetch: true },
      instrumentations: [],
      detectors: [],
      baggageAttributes: [],
      redact: { keys: [], patterns: [], replace: 'mask' },
      limits: {
        attributeValueLengthLimit: 16_384,
        attributeCountLimit: 128,
        linkCountLimit: 128,
        eventCountLimit: 128,
        attributePerEventCountLimit: 128,
        attributePerLinkCountLimit: 128,
      },
      delivery: {
        maxQueueBytes: 67_108_864,
        maxChunkBytes: 524_288,
        intervalMs: 1_000,
        requestTimeoutMs: 10_000,
        flushTimeoutMs: 3_000,
        compression: 'gzip',
        spool: false,
      },
      processors: [],
      exitHandlers: true,
      logLevel: 'info',
      disabled: false,
    },
    given: {},
    warnings: [],
  });
});

it('the resolved configuration takes them from one place', () => {
  const { config } = resolveConfig(undefined, configHost());
  expect(config).toMatchObject(DEFAULTS);
  expect(config.service.name).toBe(UNKNOWN_SERVICE);
});
