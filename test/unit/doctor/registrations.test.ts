// What the API refuses without a word, with the API as it is.

import { context, createNoopMeter, diag, metrics, propagation, trace as apiTrace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { registeredApiVersion } from '../../../src/core/api-version.js';
import { watchRegistrations } from '../../../src/doctor/registrations.js';

const API_GLOBAL = Symbol.for('opentelemetry.js.api.1');
const METERS = { getMeter: createNoopMeter };

function clear(): void {
  for (const api of [apiTrace, context, propagation, metrics, diag]) api.disable();
  Reflect.deleteProperty(globalThis, API_GLOBAL);
}
beforeEach(clear);
afterEach(clear);

it('a second provider is told, with the way out', () => {
  const watch = watchRegistrations(() => true);
  expect(apiTrace.setGlobalTracerProvider(new BasicTracerProvider())).toBe(true);
  expect(watch.findings()).toEqual([]);
  expect(apiTrace.setGlobalTracerProvider(new BasicTracerProvider())).toBe(false);
  expect(watch.findings()).toEqual([
    expect.objectContaining({
      status: 'warning',
      message:
        'after init() something else tried to register a tracer provider and was refused without a word',
      fix: expect.stringContaining('call init() after it has started'),
    }),
  ]);
  watch.stop();
});

it('another version of the API is named', () => {
  const watch = watchRegistrations(() => true);
  apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
  const ours = registeredApiVersion();
  Object.assign(Reflect.get(globalThis, API_GLOBAL), { version: '1.99.0' });
  // To the API at hand, a version that is not its own has registered; it may still read what that one keeps.
  expect(metrics.setGlobalMeterProvider(METERS)).toBe(false);
  const [found] = watch.findings();
  expect(found?.message).toContain(`a meter provider, by way of @opentelemetry/api ${ours}, and was refused`);
  expect(found?.fix).toContain('Install @opentelemetry/api 1.99.0 for all');
  watch.stop();
});

it('what is refused before init() is none of our business', () => {
  const watch = watchRegistrations(() => false);
  apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
  apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
  expect(watch.findings()).toEqual([]);
  watch.stop();
});

it('watching changes neither who registers first nor whose logger hears the API, and leaves nothing behind', () => {
  const idle = watchRegistrations(() => true);
  expect(registeredApiVersion()).toBeUndefined();
  idle.stop();
  expect(Object.hasOwn(globalThis, API_GLOBAL)).toBe(false);

  const heard: string[] = [];
  const hear = (message: string): void => void heard.push(message);
  diag.setLogger({ error: hear, warn: hear, info: hear, debug: hear, verbose: hear });
  const watch = watchRegistrations(() => true);
  apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
  apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
  expect(heard.some(line => line.includes('duplicate registration'))).toBe(true);
  watch.stop();
  diag.error('still there');
  expect(heard).toContain('still there');
});
