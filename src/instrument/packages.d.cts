import type { Instrumentation, InstrumentationConfig } from '@opentelemetry/instrumentation';

/** Loads and makes the instrumentation of `node:http` and `node:https`. Throws where the package cannot be loaded. */
export function createHttp(config: InstrumentationConfig): Instrumentation;

/** Loads and makes the instrumentation of the global `fetch`. Throws where the package cannot be loaded. */
export function createFetch(config: InstrumentationConfig): Instrumentation;

/** The file of the copy of `@opentelemetry/api` that this package uses. Throws where it cannot be resolved. */
export function apiFile(): string;
