import { expect, it } from 'vitest';
import { readEnvironment } from '../../../src/config/environment.js';
import type { Env } from '../../../src/config/env-reader.js';

function slips(env: Env): readonly (readonly [string, string | undefined])[] {
  return readEnvironment(env, () => '').problems.map(({ path, suggestion }) => [path, suggestion]);
}

it.each([
  ['TRACE_EXPORTR', 'TRACE_EXPORTER'],
  ['TRACE_SAMPEL', 'TRACE_SAMPLE'],
  ['TRACE_FILES', 'TRACE_FILE'],
  ['OTEL_EXPORTER_OTLP_ENPDOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
  ['OTEL_EXPORTER_OTLP_HEADER', 'OTEL_EXPORTER_OTLP_HEADERS'],
  ['OTEL_TRACE_SAMPLER_ARG', 'OTEL_TRACES_SAMPLER_ARG'],
  ['OTEL_SERVICENAME', 'OTEL_SERVICE_NAME'],
  ['OTEL_EXPORTER_PROMETHEUS_PORTS', 'OTEL_EXPORTER_PROMETHEUS_PORT'],
])('%s is a slip of %s', (written, meant) => {
  expect(slips({ [written]: 'secret' })).toEqual([[written, meant]]);
  expect(JSON.stringify(readEnvironment({ [written]: 'secret' }, () => '').problems)).not.toContain('secret');
});

it.each([
  // Read, or OpenTelemetry's for what is not ours.
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_EXPORTER_PROMETHEUS_HOST',
  'OTEL_BLRP_SCHEDULE_DELAY',
  'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_HEADERS',
  'OTEL_METRICS_EXPORTER',
  'OTEL_LOGS_EXPORTER',
  'OTEL_METRIC_EXPORT_INTERVAL',
  'OTEL_NODE_RESOURCE_DETECTORS',
  // Somebody else's.
  'TRACE_FILTER',
  'TRACE_LEVEL',
  'TRACES',
  'MY_TRACE_EXPORTR',
])('%s is none', name => {
  expect(slips({ [name]: '1' })).toEqual([]);
});

it('a name that is set to nothing is as if it were not set', () => {
  expect(slips({ TRACE_EXPORTR: ' ' })).toEqual([]);
});

it('an environment whose getters throw is survived', () => {
  const env = new Proxy<Record<string, string>>(
    {},
    {
      ownKeys() {
        throw new Error('no');
      },
    },
  );
  expect(slips(env)).toEqual([]);
});
