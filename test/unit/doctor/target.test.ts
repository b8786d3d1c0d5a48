// The way to an endpoint, as far as it follows from the options alone.

import { resourceFromAttributes } from '@opentelemetry/resources';
import { describe, expect, it } from 'vitest';
import { type Way, wayTo } from '../../../src/doctor/target.js';

interface Parts {
  readonly name?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly spool?: string;
}

function wayOf(endpoint: string, { name = 'otlp', env = {}, spool }: Parts = {}): Way {
  return wayTo({
    destination: { name, endpoint: new URL(endpoint) },
    delivery: spool === undefined ? {} : { spool },
    resource: resourceFromAttributes({}),
    env,
  });
}

describe('where otlp sends while nobody says anything', () => {
  it.each([
    'http://localhost:4318/v1/traces',
    'http://127.0.0.1:4318/v1/traces',
    'http://[::1]:4318/v1/traces',
  ])('is %s', endpoint => {
    expect(wayOf(endpoint).isDefault).toBe(true);
  });

  it.each([
    ['another port', 'http://localhost:8200/v1/traces', {}],
    ['another machine', 'http://collector.test:4318/v1/traces', {}],
    ['TLS', 'https://localhost:4318/v1/traces', {}],
    ['a product that was named', 'http://localhost:4318/v1/traces', { name: 'datadog' }],
    [
      'a proxy on this machine',
      'http://collector.test:4318/v1/traces',
      { env: { HTTP_PROXY: 'http://127.0.0.1:3128' } },
    ],
  ])('is not %s', (_, endpoint, parts) => {
    expect(wayOf(endpoint, parts).isDefault).toBe(false);
  });
});

describe('what becomes of spans while nothing can be reached', () => {
  it('depends on the spool', () => {
    expect(wayOf('http://localhost:4318').waiting).toMatch(/are lost when the process ends\.$/);
    expect(wayOf('http://localhost:4318', { spool: 'spool' }).waiting).toMatch(/a later start sends\.$/);
  });
});
