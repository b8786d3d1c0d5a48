// Several propagators as one. All of them write; the first one that finds a trace determines the parent.

import {
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { guarded } from '../core/guard.js';

/**
 * Combines propagators. A request may carry the same trace in several formats, and some of them shorten the trace id
 * or lack flags, so earlier propagators take precedence. A propagator that throws is skipped.
 */
export class CompositePropagator implements TextMapPropagator {
  readonly #propagators: readonly TextMapPropagator[];
  readonly #fields: readonly string[];

  /** @param propagators in the order of precedence */
  constructor(propagators: readonly TextMapPropagator[]) {
    this.#propagators = propagators;
    this.#fields = [
      ...new Set(
        propagators.flatMap(propagator => guarded('fields of a propagator', () => propagator.fields(), [])),
      ),
    ];
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    for (const propagator of this.#propagators) {
      guarded('inject of a propagator', () => propagator.inject(context, carrier, setter), undefined);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const initialSpan = trace.getSpan(context);
    let result = context;
    for (const propagator of this.#propagators) {
      const span = trace.getSpan(result);
      const next = guarded(
        'extract of a propagator',
        () => propagator.extract(result, carrier, getter),
        result,
      );
      const isExtracted = span !== undefined && span !== initialSpan;
      result = isExtracted && trace.getSpan(next) !== span ? trace.setSpan(next, span) : next;
    }
    return result;
  }

  fields(): string[] {
    return [...this.#fields];
  }
}
