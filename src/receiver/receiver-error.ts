// What the receiver throws and what it answers: one class for the caller, one for the client.

/** Why a receiver could not start. */
export type ReceiverErrorCode = 'port_in_use' | 'port_forbidden' | 'host_unavailable' | 'cannot_listen';

/**
 * A receiver that could not start; the message names the fix.
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

/** A request that is refused, with its HTTP status. */
export class HttpError extends Error {
  readonly status: number;
  /** Headers that belong to the refusal: `allow`, `accept-encoding`, `retry-after`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.headers = headers;
  }
}

/** Turns what `listen` failed with into an error that names the fix. */
export function toReceiverError(error: unknown, host: string, port: number): ReceiverError {
  const cause = errorCode(error);
  const address = { host, port };
  if (cause === 'EADDRINUSE') {
    const other = port === 4318 ? 4319 : port + 1 > 65_535 ? 0 : port + 1;
    return new ReceiverError(
      'port_in_use',
      `Port ${port} on ${host} is in use: another receiver, a Collector or Jaeger may be listening there. ` +
        `Stop it, or choose another port (--port ${other}) and tell the applications: OTEL_EXPORTER_OTLP_ENDPOINT=http://${host}:${other}.`,
      address,
    );
  }
  if (cause === 'EACCES') {
    const message = `Port ${port} may not be used without more rights; choose one above 1023 (--port 4318).`;
    return new ReceiverError('port_forbidden', message, address);
  }
  if (cause === 'EADDRNOTAVAIL' || cause === 'ENOTFOUND' || cause === 'EAI_AGAIN') {
    const message = `${host} is not an address of this machine (--host 127.0.0.1 is the default).`;
    return new ReceiverError('host_unavailable', message, address);
  }
  const detail = error instanceof Error ? error.message : String(error);
  return new ReceiverError('cannot_listen', `Cannot listen on ${host}:${port}: ${detail}`, address);
}

function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
