// Several propagators as one: all write, and the first in the list that finds a trace says which it is.

import {
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { guarded } from '../core/guard.js';

/**
 * Puts propagators behind one. A request may carry the same trace in several formats, some of which cut the trace id
 * short or know less flags; so the order of the list is the order of trust. Each is guarded: one that throws is left out.
 */
export class CompositePropagator implements TextMapPropagator {
  readonly #propagators: readonly TextMapPropagator[];
  readonly #fields: readonly string[];

  constructor(propagators: readonly TextMapPropagator[]) {
    this.#propagators = propagators;
    this.#fields = [
      ...new Set(propagators.flatMap(one => guarded('fields of a propagator', () => one.fields(), []))),
    ];
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    for (const one of this.#propagators) {
      guarded('inject of a propagator', () => one.inject(context, carrier, setter), undefined);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const before = trace.getSpan(context);
    let result = context;
    for (const one of this.#propagators) {
      const found = trace.getSpan(result);
      const next = guarded('extract of a propagator', () => one.extract(result, carrier, getter), result);
      const settled = found !== undefined && found !== before;
      result = settled && trace.getSpan(next) !== found ? trace.setSpan(next, found) : next;
    }
    return result;
  }

  fields(): string[] {
    return [...this.#fields];
  }
}
