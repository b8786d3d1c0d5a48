import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../src/config/index.js';
import { datadog } from '../../../src/exporters/index.js';
import { configHost } from '../../support/config-host.js';

const DD = {
  DD_SERVICE: 'shop',
  DD_ENV: 'prod',
  DD_VERSION: '1.2',
  DD_TAGS: 'team:a,region:eu:1 broken: :x y',
};

describe("Datadog's unified service tags", () => {
  it.each([['datadog' as const], [datadog({ agent: true })]])(
    'name the service if %s is among the exporters',
    exporter => {
      const { config, warnings } = resolveConfig({ exporter: ['otlp', exporter] }, configHost({ env: DD }));
      expect(config.service).toEqual({ name: 'shop', version: '1.2', environment: 'prod' });
      expect(config.attributes).toEqual({
        'service.name': 'shop',
        'service.version': '1.2',
        'deployment.environment.name': 'prod',
        team: 'a',
        region: 'eu:1',
      });
      expect(warnings).toEqual([]);
    },
  );

  it('are ignored without a Datadog exporter', () => {
    const { config } = resolveConfig({ exporter: 'otlp' }, configHost({ env: DD }));
    expect(JSON.stringify(config)).not.toMatch(/shop|prod|team/);
  });

  it('are ignored for an exporter whose name throws', () => {
    const exporter = { name: 'otlp', start: () => undefined };
    let reads = 0;
    const hostile = Object.defineProperty(exporter, 'name', {
      get() {
        // Validation reads the name first.
        if (++reads > 1) throw new Error('hostile');
        return 'datadog';
      },
    });
    const { config } = resolveConfig({ exporter: hostile as never }, configHost({ env: DD }));
    expect(config.service.name).not.toBe('shop');
  });

  it("rank behind options and OpenTelemetry's variables, and before package.json", () => {
    const files = { '/app/package.json': '{"name":"pkg","version":"9"}' };
    const env = {
      ...DD,
      DO_TRACE_EXPORTER: 'dd',
      OTEL_SERVICE_NAME: 'otel',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test,team=b',
    };
    const fromEnv = resolveConfig(undefined, configHost({ env, files })).config;
    expect(fromEnv.service).toEqual({ name: 'otel', version: '1.2', environment: 'test' });
    expect(fromEnv.attributes['team']).toBe('b');
    const inCode = resolveConfig(
      { service: { name: 'code', environment: 'dev' } },
      configHost({ env, files }),
    ).config;
    expect(inCode.service).toEqual({ name: 'code', version: '1.2', environment: 'dev' });
  });
});
