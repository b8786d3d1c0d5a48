// The context of the caller of a request, after the option `propagate.from`.

import type { IncomingMessage } from 'node:http';
import { propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import type { AcceptedContext } from '../../core/propagation-policy.js';
import { acceptIncoming } from '../../propagation/incoming-context.js';

/** Extracts the context of the caller with the registered propagator. Only the headers supply it. */
export function extractRequestContext(request: IncomingMessage): AcceptedContext {
  const { headers } = request;
  return acceptIncoming(propagation.extract(ROOT_CONTEXT, headers), headers, () => ({
    remoteAddress: request.socket.remoteAddress,
    url: request.url ?? '/',
  }));
}
