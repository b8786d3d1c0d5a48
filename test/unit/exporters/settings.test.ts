// Settings as people get them wrong: line ends of secret files, quotes of env files, addresses in place of names.

import { describe, expect, it } from 'vitest';
import { isTraceError, type Problem } from '../../../src/core/errors.js';
import type { DestinationOptions } from '../../../src/delivery/index.js';
import type { Exporter } from '../../../src/exporters/exporter.js';
import {
  datadog,
  elastic,
  file,
  grafana,
  honeycomb,
  jaeger,
  newRelic,
  otlp,
  prometheus,
} from '../../../src/exporters/index.js';
import { exporterContext } from '../../support/exporter-context.js';

const KEY = '0123456789abcdef0123456789abcdef';
const NR_KEY = `eu01xx${'7'.repeat(30)}NRAL`;

function start(exporter: Exporter, env: Readonly<Record<string, string>> = {}) {
  const { context, lines } = exporterContext({ env });
  let destination: DestinationOptions | undefined;
  exporter.processor({
    ...context,
    deliver(given) {
      destination = given;
      return context.deliver(given);
    },
  });
  return { to: destination?.endpoint.href, headers: destination?.headers, lines };
}

function problemsOf(make: () => unknown): readonly Problem[] {
  try {
    make();
  } catch (error) {
    if (isTraceError(error)) return error.problems;
    throw error;
  }
  return [];
}

function codes(make: () => unknown): string[] {
  return problemsOf(make).map(({ code, path }) => `${code} ${path}`);
}

describe('a key', () => {
  it('loses the line end of the file that it was read from', () => {
    expect(start(datadog({ apiKey: `${KEY}\n` })).headers).toMatchObject({ 'dd-api-key': KEY });
    expect(start(honeycomb({ apiKey: ` ${KEY}\r\n`, dataset: 'orders\n' })).headers).toEqual({
      'x-honeycomb-team': KEY,
      'x-honeycomb-dataset': 'orders',
    });
    expect(start(newRelic(), { NEW_RELIC_LICENSE_KEY: `${NR_KEY}\n` }).headers).toEqual({
      'api-key': NR_KEY,
    });
    expect(start(grafana({ instanceId: '1\n', token: 'glc_x\n', zone: 'prod-eu-west-2\n' })).to).toBe(
      'https://otlp-gateway-prod-eu-west-2.grafana.net/otlp/v1/traces',
    );
  });

  it.each([
    [() => elastic(), { ELASTIC_API_KEY: '"c2VjcmV0"' }],
    [() => datadog(), { DD_API_KEY: `'${KEY}'` }],
    [() => honeycomb(), { HONEYCOMB_API_KEY: '"secret"' }],
  ])('in quotes is refused, and never shown (%#)', (make, env) => {
    const { to, lines } = start(make(), env);
    expect(to).toBeUndefined();
    expect(lines).toEqual([expect.stringMatching(/Remove the quotes around it\. The exporter \w+ is off/)]);
    expect(lines.join()).not.toContain(Object.values(env).join().slice(1, -1));
  });

  it('with a line end in the middle is a mistake', () => {
    expect(codes(() => elastic({ apiKey: 'a\nb' }))).toEqual(['malformed_key elastic.apiKey']);
  });
});

describe('what goes into a header', () => {
  it('is text that a header can carry', () => {
    expect(codes(() => honeycomb({ apiKey: KEY, dataset: 'データ' }))).toEqual([
      'malformed_headers honeycomb.dataset',
    ]);
  });

  it('is trimmed, or refused without being shown', () => {
    const { headers } = start(otlp({ headers: { authorization: 'Bearer x\n' } }));
    expect(headers).toMatchObject({ authorization: 'Bearer x' });
    const make = () => otlp({ headers: { authorization: 'Bearer hidden\nx', 'a b': 'hidden' } });
    expect(codes(make)).toEqual([
      'malformed_headers otlp.headers["authorization"]',
      'malformed_headers otlp.headers["a b"]',
    ]);
    expect(JSON.stringify(problemsOf(make))).not.toContain('hidden');
  });
});

describe('the reason why an exporter is off', () => {
  it('is the one that switches it off, and said once', async () => {
    const exporter = newRelic();
    const { lines } = start(exporter, { NEW_RELIC_LICENSE_KEY: 'short', NEW_RELIC_REGION: 'europe' });
    expect(lines.filter(line => line.includes('is off'))).toEqual([
      expect.stringContaining('NEW_RELIC_REGION'),
    ]);
    expect(exporter.stats?.().lastError).toContain('NEW_RELIC_REGION');
    expect((await exporter.check()).message).toContain('NEW_RELIC_REGION');
  });

  it('is not that a zone is missing where it cannot be read', () => {
    const env = {
      GRAFANA_CLOUD_INSTANCE_ID: '1',
      GRAFANA_CLOUD_API_KEY: 'x',
      GRAFANA_CLOUD_ZONE: 'gateway.grafana.net',
    };
    expect(start(grafana(), env).lines).toEqual([
      expect.stringMatching(/^unknown_region: GRAFANA_CLOUD_ZONE/),
    ]);
  });
});

describe('the site of datadog', () => {
  it.each(['https://app.datadoghq.eu/', 'app.datadoghq.eu', 'DATADOGHQ.EU', 'https://datadoghq.eu/apm?x=1'])(
    'may be an address of its pages: %s',
    site => expect(start(datadog({ apiKey: KEY, site })).to).toBe('https://otlp.datadoghq.eu/v1/traces'),
  );

  it.each([
    ['us5', 'us5.datadoghq.com'],
    ['EU1', 'datadoghq.eu'],
    ['us', 'datadoghq.com'],
  ])('%s is not guessed at, but the right one is named', (site, suggestion) => {
    expect(problemsOf(() => datadog({ apiKey: KEY, site }))).toMatchObject([
      { code: 'unknown_region', suggestion },
    ]);
  });

  it('is the Agent’s business where there is one', () => {
    const exporter = datadog();
    const { to, lines } = start(exporter, { DD_AGENT_HOST: '::1', DD_SITE: 'xy9.datadoghq.com' });
    expect(to).toBe('http://[::1]:4318/v1/traces');
    expect(lines).toEqual([expect.stringMatching(/^unknown_region: DD_SITE.*go to the Agent all the same/)]);
    expect(exporter.url?.({ traceId: '1'.repeat(32), spanId: '2'.repeat(16) })).toBeUndefined();
  });
});

it('sends nothing elsewhere where the named Agent cannot be read', () => {
  const { to, lines } = start(datadog(), { DD_AGENT_HOST: 'bad host', DD_API_KEY: KEY });
  expect(to).toBeUndefined();
  expect(lines).toContainEqual(expect.stringMatching(/^malformed_endpoint: DD_AGENT_HOST.*is off/));
});

describe('options', () => {
  const all = { datadog, elastic, file, grafana, honeycomb, jaeger, newRelic, otlp, prometheus };

  it.each(Object.entries(all))('of %s are an object', (name, make) => {
    for (const given of [null, 'text', 42, []]) {
      expect(codes(() => Reflect.apply(make, undefined, [given]))).toEqual([`wrong_type ${name}`]);
    }
  });

  it.each(Object.entries(all))('of %s have names that exist', (name, make) => {
    expect(codes(() => Reflect.apply(make, undefined, [{ nonsense: 1 }]))).toEqual([
      `unknown_option ${name}.nonsense`,
    ]);
  });

  it.each(Object.entries({ elastic, grafana, jaeger, otlp }))(
    'of %s take certificates as text',
    (name, make) => {
      const given = (tls: unknown) => () => Reflect.apply(make, undefined, [{ tls }]);
      expect(codes(given('text'))).toEqual([`wrong_type ${name}.tls`]);
      expect(codes(given({ ca: 42, pem: 'x' }))).toEqual([
        `unknown_option ${name}.tls.pem`,
        `wrong_type ${name}.tls.ca`,
      ]);
      expect(codes(given({ ca: Buffer.from('x'), cert: 'x', key: 'x', rejectUnauthorized: true }))).toEqual(
        [],
      );
    },
  );

  it('of otlp are told all at once', () => {
    const options = { url: 'x', endpoint: 1, headers: 'a=b', protocol: 'grpc', compression: 'zstd' };
    expect(codes(() => Reflect.apply(otlp, undefined, [options]))).toEqual([
      'unknown_option otlp.url',
      'wrong_type otlp.endpoint',
      'wrong_type otlp.headers',
      'wrong_type otlp.protocol',
      'wrong_type otlp.compression',
    ]);
    expect(codes(() => Reflect.apply(otlp, undefined, [{ headers: { a: 1 } }]))).toEqual([
      'wrong_type otlp.headers["a"]',
    ]);
  });
});
