// Responses that wait for their turn: a client may send requests without waiting for answers, which then go out in order.
// Node closes no response whose turn has not come when the connection breaks; here its request hears of it.

import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/** A request whose response waits. */
export interface Queued {
  /** The connection is gone. Must not throw. */
  disconnected(): void;
}

// One listener for each connection, not for each request: a client that sends dozens at once is no leak.
const queues = new WeakMap<Socket, Set<Queued>>();

/** Tells a request when its connection goes before its turn has come. */
export function awaitTurn(socket: Socket, request: Queued): void {
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
    for (const each of queued) each.disconnected();
  });
}

/** The turn has come: from now on Node closes the response with the connection. */
export function endTurn(socket: Socket, request: Queued): void {
  queues.get(socket)?.delete(request);
}
