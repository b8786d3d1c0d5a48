// The context in which undici runs the handler of a request. The events of a response come from its connection, and so in the
// context of the request that opened the connection. A handler that sends another request, as the interceptors `retry` and
// `redirect` do, would send it in the trace and with the baggage of that request.

import { type Context, context as contextApi } from '@opentelemetry/api';
import { AttachedValue } from '../attached-value.js';
import { patchMethod } from '../patch-method.js';

/** The methods of a request that call its handler and may lead to another request: of undici 5 to 7, and of undici 8. */
const METHODS = ['onHeaders', 'onComplete', 'onError'].concat([
  'onResponseStart',
  'onResponseEnd',
  'onResponseError',
]);

/** The contexts of requests. Each copy of undici has a class for its requests, which is patched at the first one. */
export class HandlerContexts {
  readonly #contexts = new AttachedValue<Context>('@do/trace context');
  readonly #patched = new Map<object, readonly (() => void)[]>();

  /**
   * Runs the handler of a request in a context.
   *
   * @param request the request
   * @param context the context of the caller
   */
  bind(request: object, context: Context): void {
    const prototype: unknown = Object.getPrototypeOf(request);
    if (typeof prototype !== 'object' || prototype === null) return;
    let restoreFunctions = this.#patched.get(prototype);
    if (restoreFunctions === undefined) {
      restoreFunctions = this.#patch(prototype);
      this.#patched.set(prototype, restoreFunctions);
    }
    if (restoreFunctions.length > 0) this.#contexts.set(request, context);
  }

  /** Removes all patches. */
  restore(): void {
    for (const restore of [...this.#patched.values()].flat()) restore();
    this.#patched.clear();
  }

  #patch(prototype: object): readonly (() => void)[] {
    const contexts = this.#contexts;
    const names = METHODS.filter(
      name => typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === 'function',
    );
    return names.map(name =>
      patchMethod(prototype, name, original => {
        return function onEvent(this: unknown, ...args): unknown {
          const context = contexts.get(this as object);
          return context === undefined
            ? Reflect.apply(original, this, args)
            : contextApi.with(context, original, this, ...args);
        };
      }),
    );
  }
}
