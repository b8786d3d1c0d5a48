import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Env } from '../../../src/config/env-reader.js';
import { findMisspeltVariables } from '../../../src/config/env-typos.js';
import { readEnvironment } from '../../../src/config/environment.js';

/** The misspelt names in an environment, each with the suggestion. */
function misspelt(env: Env): readonly (readonly [string, string | undefined])[] {
  return readEnvironment(env, () => '').problems.map(({ path, suggestion }) => [path, suggestion]);
}

it.each([
  ['DO_TRACE_EXPORTR', 'DO_TRACE_EXPORTER'],
  ['DO_TRACE_SAMPEL', 'DO_TRACE_SAMPLE'],
  ['DO_TRACE_FILES', 'DO_TRACE_FILE'],
  ['DO_TRACE_INSTRUMENTS', 'DO_TRACE_INSTRUMENT'],
  // The old names.
  ['TRACE_EXPORTER', 'DO_TRACE_EXPORTER'],
  ['TRACE_SAMPLE', 'DO_TRACE_SAMPLE'],
  ['TRACE_FILE', 'DO_TRACE_FILE'],
  ['TRACE_INSTRUMENT', 'DO_TRACE_INSTRUMENT'],
  ['OTEL_EXPORTER_OTLP_ENPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
  ['OTEL_EXPORTER_OTLP_HEADER', 'OTEL_EXPORTER_OTLP_HEADERS'],
  ['OTEL_TRACE_SAMPLER_ARG', 'OTEL_TRACES_SAMPLER_ARG'],
  ['OTEL_SERVICENAME', 'OTEL_SERVICE_NAME'],
  ['OTEL_EXPORTER_PROMETHEUS_PORTS', 'OTEL_EXPORTER_PROMETHEUS_PORT'],
])('%s is a misspelt %s', (written, known) => {
  expect(misspelt({ [written]: 'secret' })).toEqual([[written, known]]);
  expect(JSON.stringify(readEnvironment({ [written]: 'secret' }, () => '').problems)).not.toContain('secret');
});

it.each([
  // Variables that are read, or that OpenTelemetry defines for other signals.
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_EXPORTER_PROMETHEUS_HOST',
  'OTEL_BLRP_SCHEDULE_DELAY',
  'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_HEADERS',
  'OTEL_METRICS_EXPORTER',
  'OTEL_LOGS_EXPORTER',
  'OTEL_METRIC_EXPORT_INTERVAL',
  // Variables of other programs.
  'TRACE_FILTER',
  'TRACE_LEVEL',
  'TRACES',
  'MY_DO_TRACE_EXPORTR',
])('%s is not reported', name => {
  expect(misspelt({ [name]: '1' })).toEqual([]);
});

it('an empty variable counts as unset', () => {
  expect(misspelt({ DO_TRACE_EXPORTR: ' ' })).toEqual([]);
});

it('an environment with getters that throw is accepted', () => {
  const env = new Proxy<Record<string, string>>(
    {},
    {
      ownKeys() {
        throw new Error('no');
      },
    },
  );
  expect(misspelt(env)).toEqual([]);
});

describe('findMisspeltVariables', () => {
  const known = 'DO_TRACE_EXPORTER';
  const letter = fc.constantFrom('A', 'E', 'X', '_', 'S');
  const place = fc.nat({ max: known.length - 1 });
  const find = (written: string): (string | undefined)[] =>
    findMisspeltVariables({ [written]: 'x' }, new Set([known])).map(({ suggestion }) => suggestion);

  it('finds one added, missing, replaced or swapped letter', () => {
    fc.assert(
      fc.property(place, letter, (at, added) => {
        // The prefix must stay DO_TRACE_, or the variable is not a candidate.
        const index = Math.max(at, 'DO_TRACE_'.length);
        const before = known.slice(0, index);
        const after = known.slice(index);
        const swapped = `${before}${after[1] ?? ''}${after[0] ?? ''}${after.slice(2)}`;
        const variants = [
          before + added + after,
          before + after.slice(1),
          before + added + after.slice(1),
          swapped,
        ];
        for (const written of variants) expect(find(written)).toEqual(written === known ? [] : [known]);
      }),
    );
  });

  it('does not find two errors', () => {
    for (const written of ['TRACE_XPORTR', 'TRACE_EXPORTERSS', 'TRACE_EXPROTRE', 'TRACE_']) {
      expect(find(written)).toEqual([]);
    }
  });
});
