import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { dial } from '../../../src/doctor/dial.js';
import { BackendServers, Cleanups, portOf } from '../../support/backend-servers.js';

const cleanups = new Cleanups();
const servers = new BackendServers(cleanups);
afterEach(() => cleanups.run());

const open = (base: string) => (): Socket => connect({ host: '127.0.0.1', port: portOf(base) });

describe('dial', () => {
  it('returns the value that is read at the event, and closes the connection', async () => {
    let onClose: () => void = () => undefined;
    const closed = new Promise<void>(resolve => (onClose = resolve));
    const base = await servers.tcp(socket => {
      socket.once('close', onClose);
      socket.write('hello');
    });
    const result = await dial(open(base), 'data', 5_000, (_, data) => String(data));
    expect(result).toEqual({ value: 'hello' });
    await closed;
  });

  it('returns the code of a refused connection', async () => {
    const result = await dial(open(await servers.closedPort()), 'connect', 5_000, () => true);
    expect(result.error?.code).toBe('ECONNREFUSED');
  });

  it('returns ECONNRESET if the connection is closed before the event', async () => {
    const base = await servers.tcp(socket => socket.end());
    const result = await dial(
      () => open(base)().resume(),
      'never',
      5_000,
      () => true,
    );
    expect(result.error?.code).toBe('ECONNRESET');
  });

  it('returns TIMEOUT at the limit', async () => {
    const base = await servers.tcp(socket => socket.resume());
    const result = await dial(open(base), 'data', 20, () => true);
    expect(result.error?.code).toBe('TIMEOUT');
  });

  it('returns the error of a socket that cannot be created', async () => {
    const result = await dial(
      () => connect({ host: '127.0.0.1', port: 70_000 }),
      'connect',
      5_000,
      () => true,
    );
    expect(result.error?.code).toBe('ERR_SOCKET_BAD_PORT');
  });
});
