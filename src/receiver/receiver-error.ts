// A receiver that cannot start, with the fix in the message.

import { formatHostPort } from '../core/host.js';

/** The reason why a receiver could not start. */
export type ReceiverErrorCode = 'port_in_use' | 'port_forbidden' | 'host_unavailable' | 'cannot_listen';

/**
 * A receiver that could not start. The message names the fix.
 *
 * @example
 * await startReceiver({ port: 4318 }).catch(error => {
 *   if (error instanceof ReceiverError && error.code === 'port_in_use') return startReceiver({ port: 0 });
 *   throw error;
 * });
 */
export class ReceiverError extends Error {
  readonly code: ReceiverErrorCode;
  readonly host: string;
  readonly port: number;

  constructor(
    code: ReceiverErrorCode,
    message: string,
    address: { readonly host: string; readonly port: number },
  ) {
    super(message);
    this.name = 'ReceiverError';
    this.code = code;
    this.host = address.host;
    this.port = address.port;
  }
}

/**
 * Converts an error of `server.listen` to one that names the fix.
 *
 * @param error the error of Node
 * @param host the address to listen on
 * @param port the port to listen on
 */
export function toReceiverError(error: unknown, host: string, port: number): ReceiverError {
  const systemCode = getSystemCode(error);
  const address = { host, port };
  if (systemCode === 'EADDRINUSE') {
    const freePort = port === 4318 ? 4319 : port + 1 > 65_535 ? 0 : port + 1;
    return new ReceiverError(
      'port_in_use',
      `Port ${port} on ${host} is in use, for example by another receiver, a Collector or Jaeger. ` +
        `Stop that program, or choose another port (--port ${freePort}) and start the applications with ` +
        `OTEL_EXPORTER_OTLP_ENDPOINT=http://${formatHostPort(host, freePort)}.`,
      address,
    );
  }
  if (systemCode === 'EACCES') {
    const message = `Port ${port} requires more privileges. Choose a port above 1023 (--port 4318).`;
    return new ReceiverError('port_forbidden', message, address);
  }
  if (systemCode === 'EADDRNOTAVAIL' || systemCode === 'ENOTFOUND' || systemCode === 'EAI_AGAIN') {
    const message = `${host} is not an address of this machine. Leave out --host to listen on 127.0.0.1.`;
    return new ReceiverError('host_unavailable', message, address);
  }
  const detail = error instanceof Error ? error.message : String(error);
  return new ReceiverError(
    'cannot_listen',
    `Cannot listen on ${formatHostPort(host, port)}: ${detail}`,
    address,
  );
}

function getSystemCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
