// Responses that wait for their turn: a client may send requests without waiting for answers, which then go out in order.
// Node closes no response whose turn has not come when the connection breaks; here its request hears of it.

import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/** A request whose response waits. */
export interface PendingResponse {
  /** The connection is gone. Must not throw. */
  handleDisconnect(): void;
}

// One listener for each connection, not for each request: a client that sends dozens at once is no leak.
const queues = new WeakMap<Socket, Set<PendingResponse>>();

/** Tells a request when its connection goes before its turn has come. */
export function addPendingResponse(socket: Socket, request: PendingResponse): void {
  // Requests that nobody received, as tools for tests make them, may have anything for a connection.
  if (!(socket instanceof EventEmitter)) return;
  const known = queues.get(socket);
  if (known !== undefined) {
    known.add(request);
    return;
  }
  const queued = new Set([request]);
  queues.set(socket, queued);
  socket.once('close', () => {
    for (const each of queued) each.handleDisconnect();
  });
}

/** The turn has come: from now on Node closes the response with the connection. */
export function removePendingResponse(socket: Socket, request: PendingResponse): void {
  queues.get(socket)?.delete(request);
}
