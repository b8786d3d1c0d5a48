// The diagnostic for a metrics endpoint whose port cannot be bound.

import type { Diagnostic } from '../../core/diagnostic.js';
import { safeText } from '../../core/diagnostics.js';
import { formatHostPort } from '../../core/host.js';

/** The requested address. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** The address of another exporter of this process on the same port. */
  readonly otherUrl?: string | undefined;
}

const SETTINGS = 'with prometheus({ port }) or OTEL_EXPORTER_PROMETHEUS_PORT';

/**
 * Explains why a server cannot listen.
 *
 * @param error the error of `server.listen()`
 * @param address the requested address
 */
export function createListenDiagnostic(error: NodeJS.ErrnoException, address: ListenAddress): Diagnostic {
  return {
    code: 'metrics_endpoint_unavailable',
    ...explain(error, address),
    why: 'No metrics are served.',
    source: 'prometheus',
  };
}

function explain(
  error: NodeJS.ErrnoException,
  { host, port, otherUrl }: ListenAddress,
): Pick<Diagnostic, 'message' | 'fix'> {
  switch (error.code) {
    case 'EADDRINUSE':
      return otherUrl === undefined
        ? {
            message: `prometheus: port ${port} on ${host} is in use by another process or thread, so no metrics are served`,
            fix: `Choose another port ${SETTINGS}. Each process needs its own port.`,
          }
        : {
            message: `prometheus: port ${port} is in use by another prometheus exporter of this process, ${otherUrl}`,
            fix: `Remove the second exporter, because one exporter counts every span, or choose another port ${SETTINGS}.`,
          };
    case 'EACCES':
      return {
        message: `prometheus: this process has no permission to listen on port ${port}, so no metrics are served`,
        fix: `Choose a port above 1023 ${SETTINGS}.`,
      };
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return {
        message: `prometheus: ${host} is not an address of this machine, so no metrics are served`,
        fix: "Set prometheus({ host }) or OTEL_EXPORTER_PROMETHEUS_HOST to '127.0.0.1', or to '0.0.0.0' for all addresses.",
      };
    default:
      return {
        message: `prometheus: no metrics are served on ${formatHostPort(host, port)}: ${safeText(error)}`,
        fix: `Choose another host or port ${SETTINGS}.`,
      };
  }
}
