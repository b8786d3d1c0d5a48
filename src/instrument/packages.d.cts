import type { Instrumentation, InstrumentationConfig } from '@opentelemetry/instrumentation';

/** Creates OpenTelemetry's instrumentation of `node:http` and `node:https`. Throws if the package cannot be loaded. */
export function createHttp(config: InstrumentationConfig): Instrumentation;

/** Creates OpenTelemetry's instrumentation of the global `fetch`. Throws if the package cannot be loaded. */
export function createFetch(config: InstrumentationConfig): Instrumentation;

/** Returns the file of the copy of `@opentelemetry/api` that this package uses. Throws if it cannot be resolved. */
export function apiFile(): string;
