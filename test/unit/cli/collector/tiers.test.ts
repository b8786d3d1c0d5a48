import { describe, expect, it } from 'vitest';
import { type FleetConfig, formatTierConfig } from '../../../../src/cli/collector/tiers.js';

const fleet: FleetConfig = {
  policy: { errors: true, slowerThanMs: 1_000, names: [], ratio: 0.1 },
  samplers: { hosts: ['a:4317', 'b:4317'] },
  backendUrl: 'https://backend.example',
  headers: {},
  waitMs: 30_000,
  maxTraces: 1_000,
  listen: { host: '0.0.0.0', port: 4318 },
};

describe('the router', () => {
  it('is this configuration', () => {
    expect(
      formatTierConfig('router', fleet),
    ).toBe(`# Tier 1 of 2: routers. Applications send every span to them: init({ sample: 1 }).
# All spans of a trace go to the same sampler, selected by trace id.
# Routers keep no state. Run any number of them behind a load balancer.
# Needs the contrib distribution, v0.153.0 or later.

receivers:
  otlp:
    protocols:
      http:
        endpoint: "0.0.0.0:4318"
      grpc:
        endpoint: "0.0.0.0:4317"
exporters:
  load_balancing:
    routing_key: "traceID"
    protocol:
      otlp:
        tls:
          insecure: true
    resolver:
      static:
        hostnames: ["a:4317", "b:4317"]
service:
  pipelines:
    traces:
      receivers: ["otlp"]
      exporters: ["load_balancing"]
`);
  });
});

describe('the sampler', () => {
  it('remembers the decisions of ten times as many traces as may wait', () => {
    const text = formatTierConfig('sampler', fleet);
    expect(text).toContain('num_traces: 1000\n');
    expect(text).toContain('sampled_cache_size: 10000\n');
    expect(text).toContain('non_sampled_cache_size: 10000\n');
  });

  it('has headers only if there are any', () => {
    expect(formatTierConfig('sampler', fleet)).not.toContain('headers');
    expect(formatTierConfig('sampler', { ...fleet, headers: { 'x-key': '${env:KEY}' } })).toContain(
      'headers:\n      x-key: "${env:KEY}"\n',
    );
  });

  it('listens on the port of the DNS name', () => {
    expect(formatTierConfig('sampler', { ...fleet, samplers: { dns: 'samplers', port: 4400 } })).toContain(
      'endpoint: "${env:DO_TRACE_SAMPLER_LISTEN:-0.0.0.0:4400}"',
    );
  });
});
