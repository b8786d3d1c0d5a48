// Pipelined requests: a client may send several without waiting, and their responses are sent in order. If the connection
// breaks, Node.js closes only the response that is being sent. The requests behind it are notified here.

import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/** A request whose response waits for the responses before it. */
export interface PendingResponse {
  /** Runs when the connection closes. Must not throw. */
  handleDisconnect(): void;
}

// One listener per connection instead of one per request, so that many pipelined requests cause no leak warning.
const pendingBySocket = new WeakMap<Socket, Set<PendingResponse>>();

/** Notifies a request if its connection closes before its response can be sent. */
export function addPendingResponse(socket: Socket, response: PendingResponse): void {
  // Requests that test tools create without a server can have any value as socket.
  if (!(socket instanceof EventEmitter)) return;
  const existing = pendingBySocket.get(socket);
  if (existing !== undefined) {
    existing.add(response);
    return;
  }
  const pending = new Set([response]);
  pendingBySocket.set(socket, pending);
  socket.once('close', () => {
    for (const each of pending) each.handleDisconnect();
  });
}

/** Ends the notification. From now on Node.js closes the response with its connection. */
export function removePendingResponse(socket: Socket, response: PendingResponse): void {
  pendingBySocket.get(socket)?.delete(response);
}
