import { describe, expect, test } from 'vitest';
import { ReceiverError, startReceiver } from '../../../src/receiver/index.js';
import { toReceiverError } from '../../../src/receiver/receiver-error.js';
import { useReceiver } from '../../support/receiver-harness.js';

const harness = useReceiver();

describe('a receiver that cannot start', () => {
  test('a port in use is an error that names the port and the fix', async () => {
    const error = await startReceiver({ port: harness.receiver.port }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ReceiverError);
    expect(error).toMatchObject({ code: 'port_in_use', port: harness.receiver.port });
    expect((error as Error).message).toContain(String(harness.receiver.port));
    expect((error as Error).message).toContain('--port');
  });

  test('an address of another machine is an error that names the address', async () => {
    const error = await startReceiver({ port: 0, host: '192.0.2.1' }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'host_unavailable',
      message: expect.stringContaining('192.0.2.1') as string,
    });
  });
});

describe('errors of listen', () => {
  const systemError = (code: string): Error => Object.assign(new Error(`listen ${code}`), { code });

  test.each([
    ['EADDRINUSE', 'port_in_use'],
    ['EACCES', 'port_forbidden'],
    ['EADDRNOTAVAIL', 'host_unavailable'],
    ['ENOTFOUND', 'host_unavailable'],
    ['EAI_AGAIN', 'host_unavailable'],
    ['EMFILE', 'cannot_listen'],
  ])('%s is %s', (code, expected) => {
    const error = toReceiverError(systemError(code), '127.0.0.1', 80);
    expect(error).toMatchObject({ name: 'ReceiverError', code: expected, host: '127.0.0.1', port: 80 });
  });

  test.each([
    [4318, '--port 4319'],
    [5000, '--port 5001'],
    [65_535, '--port 0'],
  ])('for port %i in use the fix is %s', (port, fix) => {
    expect(toReceiverError(systemError('EADDRINUSE'), '127.0.0.1', port).message).toContain(fix);
  });

  test('an IPv6 address is in brackets where a port follows', () => {
    expect(toReceiverError(systemError('EADDRINUSE'), '::1', 4318).message).toContain('http://[::1]:4319');
  });

  test.each([[new Error('no reason')], ['no reason'], [undefined]])('%s has no system code', error => {
    expect(toReceiverError(error, '127.0.0.1', 1)).toMatchObject({ code: 'cannot_listen' });
  });
});
