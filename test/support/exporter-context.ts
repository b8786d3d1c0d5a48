// The context that init() starts an exporter with, for tests: the given environment, collected diagnostics, and timers that
// run faster.

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { SpanProcessor } from '../../src/core/sdk-types.js';
import { systemTimers, type Timers } from '../../src/core/timers.js';
import { type DestinationOptions, DeliveryHub } from '../../src/delivery/index.js';
import type { DeliveryOptions } from '../../src/delivery/options.js';
import type { PartialStats } from '../../src/delivery/stats.js';
import type { Exporter, ExporterContext, StartedExporter } from '../../src/exporters/exporter.js';
import { createExporterContext as createContext } from '../../src/exporters/exporter-context.js';
import { DEFAULT_OTLP_SETTINGS, type OtlpSettings } from '../../src/exporters/otlp-settings.js';
import { type InternalMembers, internalMembersOf } from '../../src/exporters/started-exporter.js';
import { type CapturedDiagnostic, collectDiagnostics } from './captured-diagnostics.js';
import { resource } from './spans.js';

/** A context, and the diagnostics that were reported to it. */
export interface TestContext {
  readonly context: ExporterContext;
  readonly captured: readonly CapturedDiagnostic[];
  /** The delay of each timer of delivery, in milliseconds. */
  readonly delaysMs: readonly number[];
  /** The destination that was added last. */
  readonly destination: () => DestinationOptions | undefined;
}

/** The parts of the context that differ from the default. */
export interface TestContextOptions {
  /** The exporter's name. */
  readonly name?: string;
  /** Whether all requests fail. */
  readonly isOffline?: boolean;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly delivery?: DeliveryOptions;
  readonly otlp?: Partial<OtlpSettings>;
}

/** An exporter that was started without a network. */
export interface StartedTestExporter {
  readonly started: StartedExporter;
  readonly members: Partial<InternalMembers>;
  readonly processor: SpanProcessor;
  /** The destination that the exporter asked to deliver to. `undefined` if it is disabled. */
  readonly destination: DestinationOptions | undefined;
  /** The full URL of the destination. */
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly captured: readonly CapturedDiagnostic[];
  /** The code and source of each diagnostic: `missing_key HONEYCOMB_API_KEY`. */
  readonly reported: readonly string[];
}

/** The factor by which timers of delivery run faster. Its time-outs are longer by the same factor. */
const SPEED = 50;
const TIMEOUT_MS = 10_000 * SPEED;

/** A transport whose requests fail. */
const NO_NETWORK: NonNullable<DestinationOptions['transport']> = {
  send: async () => ({
    kind: 'failure',
    code: 'ECONNREFUSED',
    message: '',
    isRequestSent: false,
    wireBytes: 0,
  }),
  hold() {},
  close() {},
};

/** Creates a context like that of `init()`. */
export function createExporterContext({
  name = 'test',
  env = {},
  delivery = {},
  otlp = {},
  isOffline = false,
}: TestContextOptions = {}): TestContext {
  const { diagnostics, captured } = collectDiagnostics();
  const delaysMs: number[] = [];
  const timers: Timers = {
    after(delayMs, fn, keepAlive) {
      delaysMs.push(delayMs);
      return systemTimers.after(delayMs / SPEED, fn, keepAlive);
    },
  };
  const options = { flushTimeoutMs: TIMEOUT_MS, requestTimeoutMs: TIMEOUT_MS, ...delivery };
  const hub = new DeliveryHub({ options, resource, diagnostics, env: {}, timers, random: () => 0 });
  let destination: DestinationOptions | undefined;
  const context = createContext(name, {
    service: 'orders',
    resource,
    env,
    diagnostics,
    delivery: { requestTimeoutMs: 10_000, ...delivery },
    otlp: { ...DEFAULT_OTLP_SETTINGS, ...otlp },
    addDestination(given) {
      destination = given;
      return hub.add(isOffline ? { ...given, transport: NO_NETWORK } : given);
    },
    deliveryStats: () => ({ exporters: [], lateCalls: 0 }),
  });
  return { context, captured, delaysMs, destination: () => destination };
}

/** Starts an exporter with a transport whose requests fail. */
export function startExporter(exporter: Exporter, options: TestContextOptions = {}): StartedTestExporter {
  const { context, captured, destination } = createExporterContext({
    name: exporter.name,
    isOffline: true,
    ...options,
  });
  const started = exporter.start(context);
  const delivered = destination();
  const headers = delivered?.headers;
  return {
    started,
    processor: started.processor,
    members: internalMembersOf(started),
    destination: delivered,
    url: delivered?.endpoint.href,
    headers: typeof headers === 'function' ? undefined : headers,
    captured,
    reported: captured.map(({ code, source }) => `${code} ${source}`),
  };
}

/** Starts an exporter, ends the spans, and delivers them. Returns the statistics. */
export async function deliverSpans(
  exporter: Exporter,
  spans: readonly ReadableSpan[],
  { context }: TestContext,
): Promise<PartialStats | undefined> {
  const { processor, stats } = exporter.start(context);
  for (const span of spans) processor.onEnd(span);
  await processor.forceFlush();
  await processor.shutdown();
  return stats?.();
}
