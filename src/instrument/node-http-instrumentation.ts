// The instrumentation of node:http in this package: our own for servers, and that of OpenTelemetry for clients.

import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Instrumentation, InstrumentationConfig } from '@opentelemetry/instrumentation';
import { VERSION } from '../core/version.js';
import { type ModuleDefinition, readModuleDefinitions } from './module-definitions.js';
import { createDurationHistogram, NODE_HTTP_SCOPE } from './server-metrics.js';
import { traceServers } from './trace-servers.js';
import type { ServerTelemetry } from './traced-request.js';

/** Servers and clients as one instrumentation. Servers are traced once it has a tracer provider. */
export class NodeHttpInstrumentation implements Instrumentation {
  readonly instrumentationName: string;
  readonly instrumentationVersion: string;
  readonly #client: Instrumentation;
  #telemetry: ServerTelemetry | undefined;
  #disableServers: (() => void) | undefined;

  /** @param client OpenTelemetry's instrumentation with `CLIENT_ONLY_CONFIG` */
  constructor(client: Instrumentation) {
    this.#client = client;
    this.instrumentationName = client.instrumentationName;
    this.instrumentationVersion = client.instrumentationVersion;
  }

  /** The modules that the client part patches. `readModuleDefinitions` expects them under this name. */
  get _modules(): readonly ModuleDefinition[] {
    return readModuleDefinitions(this.#client);
  }

  setTracerProvider(provider: TracerProvider): void {
    this.#client.setTracerProvider(provider);
    this.#traceServers({
      tracer: provider.getTracer(NODE_HTTP_SCOPE, VERSION),
      durationHistogram: createDurationHistogram(),
    });
  }

  setMeterProvider(provider: MeterProvider): void {
    this.#client.setMeterProvider(provider);
    if (this.#telemetry === undefined) return;
    this.#traceServers({ ...this.#telemetry, durationHistogram: createDurationHistogram(provider) });
  }

  enable(): void {
    this.#client.enable();
    if (this.#telemetry !== undefined) this.#traceServers(this.#telemetry);
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

  #traceServers(telemetry: ServerTelemetry): void {
    this.#disableServers?.();
    this.#telemetry = telemetry;
    this.#disableServers = traceServers(telemetry);
  }
}

/** The options with which OpenTelemetry's instrumentation of node:http does not instrument servers. */
export const CLIENT_ONLY_CONFIG: InstrumentationConfig & { disableIncomingRequestInstrumentation: true } = {
  disableIncomingRequestInstrumentation: true,
};
