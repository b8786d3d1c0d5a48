// The instrumentations of this package, in the form of OpenTelemetry's.

import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import { SCOPE_NAME, VERSION } from '../core/version.js';
import { prepareClientOptions } from './client/client-options.js';
import { traceClientRequests } from './client/trace-client-requests.js';
import { traceFetchRequests } from './client/trace-fetch.js';
import { createDurationHistogram } from './duration-histogram.js';
import { claimPatches } from './patch-owner.js';
import { prepareServerOptions } from './server/server-options.js';
import { traceServers } from './server/trace-servers.js';
import type { FetchInstrumentOptions, HttpInstrumentOptions, Instrumentation } from './types.js';

/** The providers of the spans and of the metrics. */
interface Providers {
  readonly tracerProvider: TracerProvider;
  /** Undefined for the registered one. */
  readonly meterProvider: MeterProvider | undefined;
}

/** Puts the patches in place, and returns a function that removes them. */
type Start = (providers: Providers) => () => void;

/** The instrumentation scope of the spans and metrics of `node:http`. It differs from that of the application's spans. */
export const NODE_HTTP_SCOPE: string = `${SCOPE_NAME}/node-http`;

/** The instrumentation scope of the spans and metrics of `fetch` and undici. */
export const FETCH_SCOPE: string = `${SCOPE_NAME}/fetch`;

/** An instrumentation that is enabled once it has a tracer provider. */
export class OwnInstrumentation implements Instrumentation {
  readonly instrumentationName: string;
  readonly #start: Start;
  #tracerProvider: TracerProvider | undefined;
  #meterProvider: MeterProvider | undefined;
  #stop: (() => void) | undefined;

  constructor(name: string, start: Start) {
    this.instrumentationName = name;
    this.#start = start;
  }

  setTracerProvider(provider: TracerProvider): void {
    this.#tracerProvider = provider;
    this.enable();
  }

  setMeterProvider(provider: MeterProvider): void {
    this.#meterProvider = provider;
    if (this.#stop !== undefined) this.enable();
  }

  enable(): void {
    this.disable();
    if (this.#tracerProvider === undefined) return;
    const release = claimPatches(this.instrumentationName, () => this.disable());
    if (release === undefined) return;
    const stop = this.#start({ tracerProvider: this.#tracerProvider, meterProvider: this.#meterProvider });
    this.#stop = () => {
      stop();
      release();
    };
  }

  disable(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  isEnabled(): boolean {
    return this.#stop !== undefined;
  }
}

/**
 * Creates the instrumentation of the servers and clients of `node:http` and `node:https`.
 *
 * @param options the options of `instrument.http`
 */
export function createHttpInstrumentation(options: HttpInstrumentOptions): OwnInstrumentation {
  const serverOptions = prepareServerOptions(options);
  const clientOptions = prepareClientOptions('http', options);
  return new OwnInstrumentation(NODE_HTTP_SCOPE, ({ tracerProvider, meterProvider }) => {
    const tracer = tracerProvider.getTracer(NODE_HTTP_SCOPE, VERSION);
    const createHistogram = (side: 'server' | 'client'): ReturnType<typeof createDurationHistogram> =>
      createDurationHistogram(side, NODE_HTTP_SCOPE, meterProvider);
    const stopFunctions = [
      traceServers({ tracer, durationHistogram: createHistogram('server'), options: serverOptions }),
      traceClientRequests({
        telemetry: { tracer, durationHistogram: createHistogram('client') },
        options: clientOptions,
        attributes: options.attributes,
      }),
    ];
    return () => {
      for (const stop of stopFunctions) stop();
    };
  });
}

/**
 * Creates the instrumentation of `fetch` and undici.
 *
 * @param options the options of `instrument.fetch`
 */
export function createFetchInstrumentation(options: FetchInstrumentOptions): OwnInstrumentation {
  const clientOptions = prepareClientOptions('fetch', options);
  return new OwnInstrumentation(FETCH_SCOPE, ({ tracerProvider, meterProvider }) =>
    traceFetchRequests({
      telemetry: {
        tracer: tracerProvider.getTracer(FETCH_SCOPE, VERSION),
        durationHistogram: createDurationHistogram('client', FETCH_SCOPE, meterProvider),
      },
      options: clientOptions,
      attributes: options.attributes,
    }),
  );
}
