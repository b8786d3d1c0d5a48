// Opens a connection, reads a property of it, and closes it.

import type { Socket } from 'node:net';
import { withTimeout } from '../core/with-timeout.js';
import { type CodedError, createCodedError, toCodedError } from './error-code.js';

/** The value that was read from a connection, or the error of the attempt. */
export type DialResult<T> =
  | { readonly value: T; readonly error?: never }
  | { readonly value?: never; readonly error: CodedError };

/**
 * Opens a connection, waits for an event, and closes the connection. Never rejects.
 *
 * @param open creates the socket
 * @param event the event that ends the wait: `connect`, `secureConnect`, `data`
 * @param timeoutMs the time limit in milliseconds; after it the error has the code `TIMEOUT`
 * @param read reads the result from the socket and the argument of the event
 */
export async function dial<S extends Socket, T>(
  open: () => S,
  event: string,
  timeoutMs: number,
  read: (socket: S, data: unknown) => T,
): Promise<DialResult<T>> {
  let socket: S;
  try {
    socket = open();
  } catch (error) {
    // A certificate or key that is not PEM throws at once.
    return { error: toCodedError(error) };
  }
  const opened = new Promise<T>((resolve, reject) => {
    socket.once(event, data => resolve(read(socket, data)));
    socket.on('error', reject);
    socket.once('close', () => reject(createCodedError('ECONNRESET', 'closed')));
  });
  const result = await withTimeout(opened, timeoutMs);
  socket.destroy();
  if (result.status === 'fulfilled') return { value: result.value };
  if (result.status === 'rejected') return { error: toCodedError(result.reason) };
  return { error: { code: 'TIMEOUT', message: 'no response in time' } };
}
