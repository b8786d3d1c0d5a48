import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { usesHttp2, usesTls } from '../../../src/doctor/detect-protocol.js';
import { BackendServers, Cleanups, createCertificate, type Pem } from '../../support/backend-servers.js';
import { routeTo } from '../../support/doctor-fixture.js';

const forAll = new Cleanups();
const cleanups = new Cleanups();
const servers = new BackendServers(cleanups);
let selfSigned: Pem;

beforeAll(() => {
  selfSigned = createCertificate(forAll, 'elsewhere.test', 'DNS:elsewhere.test');
});
afterAll(() => forAll.run());
afterEach(() => cleanups.run());

describe('a port with', () => {
  it('TLS and any certificate', async () => {
    const route = routeTo(await servers.https(selfSigned));
    expect(await usesTls(route)).toBe(true);
    expect(await usesHttp2(route)).toBe(false);
  });

  it('HTTP/2', async () => {
    const route = routeTo(await servers.http2());
    expect(await usesHttp2(route)).toBe(true);
    expect(await usesTls(route)).toBe(false);
  });

  it('HTTP/1.1', async () => {
    const route = routeTo(await servers.http());
    expect(await usesTls(route)).toBe(false);
    expect(await usesHttp2(route)).toBe(false);
  });

  it.each([
    ['a short answer', 'SSH'],
    ['a frame of another type', '\0\0\0\x01\0\0\0\0\0'],
    ['a frame on another stream', '\0\0\0\x04\0\0\0\0\x01'],
  ])('%s is not HTTP/2', async (_, answer) => {
    const base = await servers.tcp(socket => socket.once('data', () => socket.write(answer, 'latin1')));
    expect(await usesHttp2(routeTo(base))).toBe(false);
  });

  it('no server', async () => {
    const route = routeTo(await servers.closedPort());
    expect(await usesHttp2(route)).toBe(false);
    expect(await usesTls(route)).toBe(false);
  });
});
