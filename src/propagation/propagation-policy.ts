// The rules of the option `propagate`: which hosts get trace headers and baggage, and which callers are trusted.

import {
  type Context,
  isSpanContextValid,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import { isAccepted } from '../core/guard.js';
import { matchesHostPattern, parseHostPattern } from '../core/host-pattern.js';
import type { AcceptedContext, PropagationPolicy, RequestSource } from '../core/propagation-policy.js';
import { formatTargetUrl, type RequestTarget } from '../core/request-target.js';
import type { HostRule, IncomingHeaders, PropagateOptions } from './types.js';

/** Whether a rule of `to` or `baggageTo` allows a target. */
type TargetPredicate = (target: RequestTarget) => boolean;

/**
 * Creates the policy of the option `propagate`.
 *
 * @param options the option. Patterns that {@link parseHostPattern} refuses match no host
 * @returns undefined if the options restrict nothing
 */
export function createPropagationPolicy(options: PropagateOptions): PropagationPolicy | undefined {
  const { to, baggageTo, from = 'any' } = options;
  if (to === undefined && baggageTo === undefined && from === 'any') return undefined;
  return new HostPolicy(options);
}

class HostPolicy implements PropagationPolicy {
  readonly #allowsTrace: TargetPredicate;
  readonly #allowsBaggage: TargetPredicate;
  readonly #from: NonNullable<PropagateOptions['from']>;
  readonly #baggageFrom: ReadonlySet<string>;

  constructor({ to, baggageTo, from = 'any', baggageFrom = [] }: PropagateOptions) {
    this.#allowsTrace = createTargetPredicate('propagate.to', to);
    this.#allowsBaggage =
      baggageTo === undefined ? this.#allowsTrace : createTargetPredicate('propagate.baggageTo', baggageTo);
    this.#from = from;
    this.#baggageFrom = new Set(baggageFrom);
  }

  filterOutgoing(context: Context, target: RequestTarget): Context | undefined {
    const allowsTrace = this.#allowsTrace(target);
    const allowsBaggage =
      this.#allowsBaggage === this.#allowsTrace ? allowsTrace : this.#allowsBaggage(target);
    if (allowsTrace && allowsBaggage) return context;
    if (!allowsTrace && !allowsBaggage) return undefined;
    return allowsTrace ? propagation.deleteBaggage(context) : trace.deleteSpan(context);
  }

  acceptIncoming(extracted: Context, carrier: object, readSource: () => RequestSource): AcceptedContext {
    const from = this.#from;
    const isTrusted =
      typeof from === 'function'
        ? isAccepted('propagate.from', () => from(toPlainHeaders(carrier), readSource()))
        : from === 'any';
    if (isTrusted) return { context: extracted, link: undefined };
    return { context: this.#keepBaggage(extracted), link: createLink(trace.getSpanContext(extracted)) };
  }

  /** Returns a context with nothing of the caller but the accepted baggage. */
  #keepBaggage(extracted: Context): Context {
    const entries = propagation.getBaggage(extracted)?.getAllEntries() ?? [];
    const accepted = entries.filter(([key]) => this.#baggageFrom.has(key));
    if (accepted.length === 0) return ROOT_CONTEXT;
    return propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(Object.fromEntries(accepted)));
  }
}

/** @see https://opentelemetry.io/docs/concepts/signals/traces/#span-links */
function createLink(caller: SpanContext | undefined): Link | undefined {
  return caller === undefined || !isSpanContextValid(caller) ? undefined : { context: caller };
}

function createTargetPredicate(option: string, rule: HostRule | undefined): TargetPredicate {
  if (rule === undefined) return () => true;
  if (typeof rule === 'function') {
    // A rule that fails allows nothing, so that no header leaves by mistake.
    return target => isAccepted(option, () => rule(formatTargetUrl(target)));
  }
  const patterns = (typeof rule === 'string' ? [rule] : rule).map(parseHostPattern);
  return target => patterns.some(pattern => pattern !== undefined && matchesHostPattern(pattern, target));
}

function toPlainHeaders(carrier: object): IncomingHeaders {
  return carrier instanceof Headers ? Object.fromEntries(carrier) : (carrier as IncomingHeaders);
}
