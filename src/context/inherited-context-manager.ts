// A context manager whose root is not empty: what a parent process put into the environment is active from the start.

import { type Context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

// Stands for a root context that was asked for by name, so that it is not taken for "nothing is active".
const EXPLICIT_ROOT: Context = ROOT_CONTEXT.setValue(createContextKey('@do/trace explicit root'), true);

/** OpenTelemetry's context manager over AsyncLocalStorage, with an inherited context where none is active. */
export class InheritedContextManager extends AsyncLocalStorageContextManager {
  readonly #inherited: Context;

  /** @param inherited what is active outside of every `with` */
  constructor(inherited: Context) {
    super();
    this.#inherited = inherited;
  }

  override active(): Context {
    const active = super.active();
    return active === ROOT_CONTEXT ? this.#inherited : active;
  }

  override with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return super.with(context === ROOT_CONTEXT ? EXPLICIT_ROOT : context, fn, thisArg, ...args);
  }
}
