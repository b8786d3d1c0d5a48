// The context of an incoming HTTP request, after the option `propagate.from`.

import type { Context } from '@opentelemetry/api';
import { globalState } from '../core/global-state.js';
import type { AcceptedContext, RequestSource } from '../core/propagation-policy.js';

/**
 * Applies `propagate.from` to the context of a caller.
 *
 * @param extracted the context that the headers describe
 * @param carrier the headers
 * @param readSource returns the sender; called only if a rule needs it
 */
export function acceptIncoming(
  extracted: Context,
  carrier: object,
  readSource: () => RequestSource,
): AcceptedContext {
  const policy = globalState.propagation;
  return policy === undefined
    ? { context: extracted, link: undefined }
    : policy.acceptIncoming(extracted, carrier, readSource);
}
