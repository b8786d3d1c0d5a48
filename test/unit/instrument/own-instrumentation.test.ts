import { channel } from 'node:diagnostics_channel';
import { ClientRequest, createServer, Server } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { MeterProvider } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createFetchInstrumentation,
  createHttpInstrumentation,
} from '../../../src/instrument/own-instrumentation.js';
import { createExchange } from '../../support/server-recording.js';

const http = createHttpInstrumentation({});
const fetch = createFetchInstrumentation({});
const arePatched = (): boolean[] => [
  Object.hasOwn(Server.prototype, 'emit'),
  Object.hasOwn(HttpsServer.prototype, 'emit'),
  Object.hasOwn(ClientRequest.prototype, '_storeHeader'),
];

afterEach(() => {
  http.disable();
  fetch.disable();
});

describe('createHttpInstrumentation', () => {
  it('has the scope of its spans as name', () => {
    expect(http.instrumentationName).toBe('@do/trace/node-http');
  });

  it('does nothing before it has a tracer provider', () => {
    const other = createHttpInstrumentation({});
    other.enable();
    other.setMeterProvider({} as MeterProvider);
    expect(arePatched()).toEqual([false, false, false]);
    expect(other.isEnabled()).toBe(false);
  });

  it('patches servers and clients with a tracer provider, until it is disabled', () => {
    http.setTracerProvider(new BasicTracerProvider());
    expect(arePatched()).toEqual([true, true, true]);
    http.disable();
    expect(arePatched()).toEqual([false, false, false]);
    http.enable();
    expect(arePatched()).toEqual([true, true, true]);
    expect(http.isEnabled()).toBe(true);
  });

  it('patches once for several tracer providers', () => {
    for (let i = 0; i < 2; i++) http.setTracerProvider(new BasicTracerProvider());
    http.disable();
    expect(arePatched()).toEqual([false, false, false]);
  });

  it('removes its patches if a copy in another realm takes them over, as a test file in Jest does', () => {
    http.setTracerProvider(new BasicTracerProvider());
    const owners = Reflect.get(Server, Symbol.for('@do/trace/patched')) as Record<
      string,
      { realm: object; disable(): void } | undefined
    >;
    const owner = owners[http.instrumentationName];
    expect(owner?.realm).toBe(globalThis);
    owner?.disable();
    expect(arePatched()).toEqual([false, false, false]);
    expect(http.isEnabled()).toBe(false);
  });

  it('patches nothing if another instrumentation of this package does', () => {
    const other = createHttpInstrumentation({});
    http.setTracerProvider(new BasicTracerProvider());
    other.setTracerProvider(new BasicTracerProvider());
    expect(other.isEnabled()).toBe(false);
    http.disable();
    expect(arePatched()).toEqual([false, false, false]);
  });

  it('measures durations with a meter provider that is set later', () => {
    const recorded: unknown[] = [];
    const provider = {
      getMeter: () => ({
        createHistogram: () => ({ record: (...args: unknown[]) => recorded.push(args) }),
      }),
    } as unknown as MeterProvider;
    http.setTracerProvider(new BasicTracerProvider());
    http.setMeterProvider(provider);

    const server = createServer();
    server.on('request', () => {
      throw new Error('failed');
    });
    expect(() => server.emit('request', ...createExchange())).toThrow('failed');
    expect(recorded).toMatchObject([[expect.any(Number), { 'error.type': 'Error' }]]);
  });
});

describe('createFetchInstrumentation', () => {
  it('subscribes with a tracer provider, until it is disabled', () => {
    const isSubscribed = (): boolean => channel('undici:request:create').hasSubscribers;
    expect(fetch.instrumentationName).toBe('@do/trace/fetch');
    expect(isSubscribed()).toBe(false);
    fetch.setTracerProvider(new BasicTracerProvider());
    expect(isSubscribed()).toBe(true);
    fetch.disable();
    expect(isSubscribed()).toBe(false);
  });
});
