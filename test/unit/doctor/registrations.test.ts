// Registrations that the API refuses without a message, with the real API.

import { context, createNoopMeter, diag, metrics, propagation, trace as apiTrace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { getRegisteredApiVersion } from '../../../src/core/api-version.js';
import { watchRegistrations } from '../../../src/doctor/registrations.js';

const API_GLOBAL = Symbol.for('opentelemetry.js.api.1');
const METERS = { getMeter: createNoopMeter };

function clearRegistry(): void {
  for (const api of [apiTrace, context, propagation, metrics, diag]) api.disable();
  Reflect.deleteProperty(globalThis, API_GLOBAL);
}
beforeEach(clearRegistry);
afterEach(clearRegistry);

it('a second provider is reported, with a fix', () => {
  const watch = watchRegistrations(() => true);
  expect(apiTrace.setGlobalTracerProvider(new BasicTracerProvider())).toBe(true);
  expect(watch.findings()).toEqual([]);
  expect(apiTrace.setGlobalTracerProvider(new BasicTracerProvider())).toBe(false);
  expect(watch.findings()).toEqual([
    expect.objectContaining({
      status: 'warning',
      code: 'registration_refused',
      source: 'tracer provider',
      message:
        'after init() another library tried to register a tracer provider and was refused without a message',
      fix: expect.stringContaining('call init() after it has started'),
    }),
  ]);
  watch.stop();
});

it('another version of the API is reported', () => {
  const watch = watchRegistrations(() => true);
  apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
  const version = getRegisteredApiVersion();
  Object.assign(Reflect.get(globalThis, API_GLOBAL), { version: '1.99.0' });
  // The API refuses a registration if another version than its own has registered.
  expect(metrics.setGlobalMeterProvider(METERS)).toBe(false);
  const [found] = watch.findings();
  expect(found?.message).toContain(
    `a meter provider, by way of @opentelemetry/api ${version}, and was refused`,
  );
  expect(found?.fix).toContain('Install @opentelemetry/api 1.99.0 for all packages');
  watch.stop();
});

it('a refusal before init() is ignored', () => {
  const watch = watchRegistrations(() => false);
  apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
  apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
  expect(watch.findings()).toEqual([]);
  watch.stop();
});

it('the watch changes neither the first registration nor the logger of the API, and can be removed', () => {
  const idle = watchRegistrations(() => true);
  expect(getRegisteredApiVersion()).toBeUndefined();
  idle.stop();
  expect(Object.hasOwn(globalThis, API_GLOBAL)).toBe(false);

  const messages: string[] = [];
  const log = (message: string): void => void messages.push(message);
  diag.setLogger({ error: log, warn: log, info: log, debug: log, verbose: log });
  const watch = watchRegistrations(() => true);
  apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
  apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
  expect(messages.some(line => line.includes('duplicate registration'))).toBe(true);
  watch.stop();
  diag.error('still there');
  expect(messages).toContain('still there');
});
