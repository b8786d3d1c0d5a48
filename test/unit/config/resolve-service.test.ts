import { describe, expect, it } from 'vitest';
import type { InitOptions } from '../../../src/config/options.js';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { ResolvedConfig } from '../../../src/config/resolved.js';
import { configHost, type ConfigHostParts } from '../../support/config-host.js';

const config = (options?: InitOptions, parts?: ConfigHostParts): ResolvedConfig =>
  resolveConfig(options, configHost(parts)).config;

const files = { '/app/package.json': '{"name":"@acme/shop","version":"1.4.2"}' };

describe('the service', () => {
  const env = {
    OTEL_SERVICE_NAME: 'from-env',
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=from-attributes,service.version=0.1,service.namespace=shop',
  };

  it('a name in code takes precedence over everything', () => {
    expect(config({ service: 'orders' }, { env, files }).service.name).toBe('orders');
  });

  it('OTEL_SERVICE_NAME takes precedence over OTEL_RESOURCE_ATTRIBUTES, these over package.json', () => {
    expect(config({}, { env, files }).service).toEqual({
      name: 'from-env',
      version: '0.1',
      namespace: 'shop',
    });
    const { OTEL_SERVICE_NAME: _, ...rest } = env;
    expect(config({}, { env: rest, files }).service.name).toBe('from-attributes');
  });

  it('the default is name and version of package.json, with the scope', () => {
    expect(config({}, { files }).service).toEqual({ name: '@acme/shop', version: '1.4.2' });
    expect(config({ service: 'orders' }, { files }).service).toEqual({ name: 'orders', version: '1.4.2' });
  });

  it('without any source it is unknown_service:node', () => {
    expect(config().service).toEqual({ name: 'unknown_service:node' });
  });

  it('attributes in code take precedence over those of the environment', () => {
    const attributes = { 'service.version': '3', 'deployment.environment': 'test' };
    expect(config({ resource: { attributes } }, { env }).service).toEqual({
      name: 'from-env',
      version: '3',
      namespace: 'shop',
      environment: 'test',
    });
  });

  it('an empty attribute counts as unset', () => {
    expect(config({ resource: { attributes: { 'service.name': ' ' } } }, { files }).service.name).toBe(
      '@acme/shop',
    );
  });
});

describe('the resource attributes', () => {
  it('hold every part of the service', () => {
    const service = { name: 'o', version: '2', namespace: 'n', environment: 'prod', instanceId: 'i-1' };
    const env = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,service.version=0.1' };
    expect(config({ service }, { env, files }).attributes).toEqual({
      'service.name': 'o',
      'service.version': '2',
      'service.namespace': 'n',
      'deployment.environment.name': 'prod',
      'service.instance.id': 'i-1',
    });
  });

  it('of the option take precedence over OTEL_RESOURCE_ATTRIBUTES, key by key', () => {
    const env = { OTEL_RESOURCE_ATTRIBUTES: 'team=env,region=eu' };
    expect(
      config({ service: 's', resource: { attributes: { team: 'code', nodes: 3 } } }, { env }).attributes,
    ).toEqual({
      'service.name': 's',
      team: 'code',
      region: 'eu',
      nodes: 3,
    });
  });

  it('a service.name among them names the service, unless the service option does', () => {
    const attributes = { 'service.name': 'a' };
    expect(config({ resource: { attributes } }, { env: { OTEL_SERVICE_NAME: 'e' } }).service.name).toBe('a');
    expect(config({ resource: { attributes }, service: 's' }).attributes['service.name']).toBe('s');
  });
});

describe('the warning about contradictory options', () => {
  const warnings = (options: InitOptions): unknown => resolveConfig(options, configHost()).warnings;

  it('names the option that is used', () => {
    expect(warnings({ service: 'orders', resource: { attributes: { 'service.name': 'billing' } } })).toEqual([
      {
        code: 'conflicting_settings',
        path: 'resource.attributes["service.name"]',
        expected: '"orders" as in service',
        received: '"billing"',
        fix: 'service is used. Remove one of them.',
      },
    ]);
  });

  it('covers each part of the service', () => {
    const service = { name: 'o', version: '2', namespace: 'n', environment: 'prod', instanceId: 'i-1' };
    const attributes = {
      'service.name': 'x',
      'service.version': 3,
      'service.namespace': 'x',
      'deployment.environment.name': 'x',
      'service.instance.id': 'x',
    };
    expect(warnings({ service, resource: { attributes } })).toMatchObject(
      Object.keys(service).map(part => ({ fix: `service.${part} is used. Remove one of them.` })),
    );
  });

  it.each([{}, { 'service.name': 'orders', 'service.version': '2' }, { 'service.name': ' ' }])(
    'is absent for %j',
    attributes => {
      expect(warnings({ service: 'orders', resource: { attributes } })).toEqual([]);
    },
  );

  it("is absent for the placeholder of OpenTelemetry's default resource, and without the option service", () => {
    const attributes = { 'service.name': 'unknown_service:node' };
    expect(warnings({ service: 'orders', resource: { attributes } })).toEqual([]);
    expect(warnings({ resource: { attributes: { 'service.name': 'billing' } } })).toEqual([]);
  });
});
