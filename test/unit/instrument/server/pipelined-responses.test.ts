import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import {
  addPendingResponse,
  type PendingResponse,
  removePendingResponse,
} from '../../../../src/instrument/server/pipelined-responses.js';

const createSocket = (): Socket => new EventEmitter() as Socket;
const createResponse = () => ({ handleDisconnect: vi.fn<PendingResponse['handleDisconnect']>() });

describe('pending responses', () => {
  it('are notified once when their connection closes', () => {
    const socket = createSocket();
    const other = createSocket();
    const [first, second, elsewhere] = [createResponse(), createResponse(), createResponse()];
    addPendingResponse(socket, first);
    addPendingResponse(socket, second);
    addPendingResponse(other, elsewhere);
    socket.emit('close');
    socket.emit('close');
    expect(first.handleDisconnect).toHaveBeenCalledOnce();
    expect(second.handleDisconnect).toHaveBeenCalledOnce();
    expect(elsewhere.handleDisconnect).not.toHaveBeenCalled();
  });

  it('are not notified after their removal', () => {
    const socket = createSocket();
    const [removed, pending] = [createResponse(), createResponse()];
    addPendingResponse(socket, removed);
    addPendingResponse(socket, pending);
    removePendingResponse(socket, removed);
    socket.emit('close');
    expect(removed.handleDisconnect).not.toHaveBeenCalled();
    expect(pending.handleDisconnect).toHaveBeenCalledOnce();
  });

  it('share one listener per connection', () => {
    const socket = createSocket();
    for (let i = 0; i < 30; i++) addPendingResponse(socket, createResponse());
    expect(socket.listenerCount('close')).toBe(1);
  });

  it('accept a socket that is not an event emitter, as test tools create', () => {
    const socket = {} as Socket;
    expect(() => addPendingResponse(socket, createResponse())).not.toThrow();
    expect(() => removePendingResponse(socket, createResponse())).not.toThrow();
  });
});
