import { AlwaysOnSampler } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { type ActiveConfig, createActiveConfig } from '../../../src/config/active-config.js';
import type { InitOptions } from '../../../src/config/options.js';
import { resolveConfig } from '../../../src/config/resolve.js';
import { configHost } from '../../support/config-host.js';

const view = (options: unknown): ActiveConfig =>
  createActiveConfig(resolveConfig(options as InitOptions, configHost()).config);

test('secrets are masked', () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:secret@c',
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=secret',
    OTEL_EXPORTER_OTLP_CLIENT_KEY: '/key',
  };
  const options: InitOptions = { service: 's', resource: { attributes: { note: 'a secret', port: 1 } } };
  const { config } = resolveConfig(options, configHost({ env, files: { '/key': 'secret' } }));
  expect(config.otlp.tls.key).toBe('secret');
  const shown = createActiveConfig(config, text => text.replace('secret', '***'));
  expect(JSON.stringify(shown)).not.toContain('secret');
  expect(shown).toMatchObject({
    service: { name: 's' },
    resource: { attributes: { 'service.name': 's', note: 'a ***', port: 1 } },
    exporters: ['otlp https://***@c/v1/traces'],
    otlp: { headers: { 'api-key': '***' }, tls: { key: '***' } },
  });
});

test('live objects are replaced by their names', () => {
  class MyProcessor {
    onStart(): void {}
    onEnd(): void {}
  }
  class MyPropagator {
    inject(): void {}
    extract(): void {}
    fields(): void {}
  }
  const instrumentation = { instrumentationName: 'pg', enable() {}, disable() {}, setTracerProvider() {} };
  const shown = view({
    sample: new AlwaysOnSampler(),
    propagate: { formats: ['w3c', new MyPropagator()], to: () => true, baggageTo: 'a', from: () => true },
    instrument: { http: false, express: {} },
    instrumentations: [instrumentation],
    processors: [new MyProcessor()],
    redact: { keys: [/card/], replace: () => '' },
    logLevel: 'silent',
    enabled: false,
  });
  expect(shown).toMatchObject({
    sample: { ratio: 1, custom: 'AlwaysOnSampler' },
    propagate: { formats: ['w3c', 'MyPropagator'], to: 'function', baggageTo: ['a'], from: 'function' },
    instrument: ['fetch', 'express'],
    instrumentations: ['pg'],
    processors: ['MyProcessor'],
    redact: { keys: ['/card/'], patterns: [], replace: 'function' },
    logLevel: 'silent',
    enabled: false,
  });
  expect(() => structuredClone(shown)).not.toThrow();
});

test('lists of hosts and a rate are shown', () => {
  expect(
    view({
      sample: { perSecond: 5 },
      propagate: { to: ['a.example', '*.b.example'] },
    }),
  ).toMatchObject({
    sample: { perSecond: 5 },
    propagate: { to: ['a.example', '*.b.example'] },
  });
});

test('every part is frozen', () => {
  const isFrozen = (value: unknown): boolean =>
    typeof value !== 'object' ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every(isFrozen));
  expect(isFrozen(view({ sample: { rules: [{ name: 'a', ratio: 0 }] } }))).toBe(true);
});

test('instrument: false enables nothing', () => {
  expect(view({ instrument: false, redact: false })).toMatchObject({ instrument: [], redact: false });
});
