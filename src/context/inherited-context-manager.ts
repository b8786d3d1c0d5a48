// A context manager with a root context from the environment, in which a parent process passes on its trace.

import { type Context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { PersistentContextManager } from './persistent-context-manager.js';

// Replaces a root context that the application passes to `with`. `ROOT_CONTEXT` itself means that no context is active.
const EXPLICIT_ROOT: Context = ROOT_CONTEXT.setValue(createContextKey('@do/trace explicit root'), true);

/** A context manager with an inherited context if no other is active. */
export class InheritedContextManager extends PersistentContextManager {
  readonly #inherited: Context;

  /** @param inherited the active context outside of every `with` */
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
