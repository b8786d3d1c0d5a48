// OpenTelemetry's context manager, which survives `disable()`.
//
// The API disables the context manager when it is unregistered. OpenTelemetry's then forgets the active contexts, so a span
// that is in flight during `shutdown()` and a new `init()` would lose its place in the trace.

import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

/** OpenTelemetry's context manager over AsyncLocalStorage. Active contexts remain active after `disable()`. */
export class PersistentContextManager extends AsyncLocalStorageContextManager {
  /** Does nothing. Without a registration, `with` is not called, so no further contexts become active. */
  override disable(): this {
    return this;
  }
}
