import { createServer, Server } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { MeterProvider } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import { readModuleDefinitions } from '../../../src/instrument/module-definitions.js';
import { NodeHttpInstrumentation } from '../../../src/instrument/node-http-instrumentation.js';
import { RecordingInstrumentation } from '../../support/fake-instrumentation.js';
import { createExchange } from '../../support/server-recording.js';

/** The client part, which records its options and meter provider. */
class ClientInstrumentation extends RecordingInstrumentation {
  readonly _modules = [{ name: 'http' }];
  meterProvider: MeterProvider | undefined;
  override setMeterProvider(provider?: MeterProvider): void {
    this.meterProvider = provider;
  }
  override setConfig(config: object = {}): void {
    this.config = config;
  }
}

const client = new ClientInstrumentation();
const instrumentation = new NodeHttpInstrumentation(client);
const isServerPatched = (): boolean => Object.hasOwn(Server.prototype, 'emit');

afterEach(() => {
  instrumentation.disable();
  client.calls.length = 0;
});

describe('NodeHttpInstrumentation', () => {
  it('has the name, version and modules of the client part', () => {
    expect([instrumentation.instrumentationName, instrumentation.instrumentationVersion]).toEqual([
      '@acme/recorded',
      '1.0.0',
    ]);
    expect(readModuleDefinitions(instrumentation)).toEqual([{ name: 'http' }]);
  });

  it('does not trace servers before it has a tracer provider', () => {
    new NodeHttpInstrumentation(client).enable();
    expect(isServerPatched()).toBe(false);
  });

  it('traces servers with a tracer provider, until it is disabled', () => {
    instrumentation.setTracerProvider(new BasicTracerProvider());
    expect([isServerPatched(), Object.hasOwn(HttpsServer.prototype, 'emit')]).toEqual([true, true]);
    instrumentation.disable();
    expect(isServerPatched()).toBe(false);
    instrumentation.enable();
    expect(isServerPatched()).toBe(true);
    expect(client.calls).toEqual(['setTracerProvider', 'disable', 'enable']);
  });

  it('patches servers once for several tracer providers', () => {
    for (let i = 0; i < 2; i++) instrumentation.setTracerProvider(new BasicTracerProvider());
    instrumentation.disable();
    expect(isServerPatched()).toBe(false);
  });

  it('keeps incoming requests of the client part disabled', () => {
    instrumentation.setConfig({ enabled: true });
    expect(instrumentation.getConfig()).toEqual({
      enabled: true,
      disableIncomingRequestInstrumentation: true,
    });
  });

  it('measures durations with a meter provider that is set later', () => {
    const recorded: unknown[] = [];
    const provider = {
      getMeter: () => ({
        createHistogram: () => ({ record: (...args: unknown[]) => recorded.push(args) }),
      }),
    } as unknown as MeterProvider;
    instrumentation.setTracerProvider(new BasicTracerProvider());
    instrumentation.setMeterProvider(provider);
    expect(client.meterProvider).toBe(provider);

    const server = createServer();
    server.on('request', () => {
      throw new Error('failed');
    });
    expect(() => server.emit('request', ...createExchange())).toThrow('failed');
    expect(recorded).toMatchObject([[expect.any(Number), { 'error.type': 'Error' }]]);
  });

  it('sets the meter provider of the client part before a tracer provider is set', () => {
    const provider = {} as MeterProvider;
    new NodeHttpInstrumentation(client).setMeterProvider(provider);
    expect(client.meterProvider).toBe(provider);
  });
});
