import { describe, expect, it } from 'vitest';
import { checkDns } from '../../../src/doctor/dns.js';
import { hostSystem, routeTo } from '../../support/doctor-fixture.js';

const failing = (code: string) => () => Promise.reject(Object.assign(new Error('no'), { code }));

describe('the DNS', () => {
  it('is not used for an address', async () => {
    const system = hostSystem({ lookup: failing('ENOTFOUND') });
    expect(await checkDns(routeTo('http://127.0.0.1:4318'), system)).toMatchObject({ status: 'ok' });
    expect(await checkDns(routeTo('http://[::1]:4318'), system)).toMatchObject({ status: 'ok' });
  });

  it('names each address of a host once', async () => {
    const system = hostSystem({ lookup: async () => ['10.0.0.1', '10.0.0.2', '10.0.0.1'] });
    const check = await checkDns(routeTo('http://a.test'), system);
    expect(check).toMatchObject({ status: 'ok', message: 'a.test is 10.0.0.1, 10.0.0.2' });
  });

  it('that does not respond is distinguished from a name that it does not know', async () => {
    const destination = {
      name: 'otlp',
      endpoint: new URL('http://a.test/v1/traces'),
      delivery: { requestTimeoutMs: 20 },
    };
    const silent = hostSystem({ lookup: () => new Promise(() => {}) });
    const timeout = await checkDns(routeTo('http://a.test', { destination }), silent);
    expect(timeout).toMatchObject({
      status: 'error',
      code: 'dns_failed',
      source: 'otlp',
      message: 'the DNS lookup of a.test timed out',
    });
    const unknown = await checkDns(routeTo('http://a.test'), hostSystem({ lookup: failing('ENOTFOUND') }));
    expect(unknown).toMatchObject({
      code: 'dns_failed',
      message: 'a.test cannot be resolved by DNS (ENOTFOUND)',
    });
  });

  it('resolves the proxy, if there is one', async () => {
    const env = { HTTP_PROXY: 'http://proxy.test:3128' };
    const check = await checkDns(
      routeTo('http://a.test', { env }),
      hostSystem({ lookup: failing('EAI_AGAIN') }),
    );
    expect(check).toMatchObject({
      code: 'proxy_failed',
      message: 'the proxy proxy.test cannot be resolved by DNS (EAI_AGAIN)',
      fix: 'Correct HTTP_PROXY, or add a.test to NO_PROXY if it can be reached without the proxy.',
    });
  });
});
