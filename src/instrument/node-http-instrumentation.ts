// The instrumentation of node:http that comes with this package: servers are traced by us, clients by OpenTelemetry's.

import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Instrumentation, InstrumentationConfig } from '@opentelemetry/instrumentation';
import { VERSION } from '../core/version.js';
import { type ModuleDefinition, readModuleDefinitions } from './module-definitions.js';
import { NODE_HTTP_SCOPE, createDurationHistogram } from './server-metrics.js';
import { traceServers } from './trace-servers.js';
import type { ServerTelemetry } from './traced-request.js';

/** One instrumentation to whoever switches it on and off; at work once it has a tracer provider. */
export class NodeHttpInstrumentation implements Instrumentation {
  readonly instrumentationName: string;
  readonly instrumentationVersion: string;
  readonly #client: Instrumentation;
  #instruments: ServerTelemetry | undefined;
  #disableServers: (() => void) | undefined;

  /** @param client OpenTelemetry's instrumentation, that of servers switched off and the rest on */
  constructor(client: Instrumentation) {
    this.#client = client;
    this.instrumentationName = client.instrumentationName;
    this.instrumentationVersion = client.instrumentationVersion;
  }

  /** What the client's part patches, under the name where it is looked for. */
  get _modules(): readonly ModuleDefinition[] {
    return readModuleDefinitions(this.#client);
  }

  setTracerProvider(provider: TracerProvider): void {
    this.#client.setTracerProvider(provider);
    this.#instruments = {
      tracer: provider.getTracer(NODE_HTTP_SCOPE, VERSION),
      durationHistogram: createDurationHistogram(),
    };
    this.#traceServers(this.#instruments);
  }

  setMeterProvider(provider: MeterProvider): void {
    this.#client.setMeterProvider(provider);
    if (this.#instruments !== undefined)
      this.#traceServers({ ...this.#instruments, durationHistogram: createDurationHistogram(provider) });
  }

  enable(): void {
    this.#client.enable();
    if (this.#instruments !== undefined) this.#traceServers(this.#instruments);
  }

  disable(): void {
    this.#disableServers?.();
    this.#disableServers = undefined;
    this.#client.disable();
  }

  setConfig(config: InstrumentationConfig): void {
    this.#client.setConfig({ ...config, ...CLIENT_ONLY_CONFIG });
  }

  getConfig(): InstrumentationConfig {
    return this.#client.getConfig();
  }

  #traceServers(instruments: ServerTelemetry): void {
    this.#disableServers?.();
    this.#instruments = instruments;
    this.#disableServers = traceServers(instruments);
  }
}

/** Options of OpenTelemetry's instrumentation of node:http. */
export const CLIENT_ONLY_CONFIG: InstrumentationConfig & { disableIncomingRequestInstrumentation: true } = {
  disableIncomingRequestInstrumentation: true,
};
