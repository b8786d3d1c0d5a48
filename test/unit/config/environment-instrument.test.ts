import { expect, it } from 'vitest';
import { createEnvReader } from '../../../src/config/env-reader.js';
import { readInstrument } from '../../../src/config/environment-instrument.js';

it.each<[Record<string, string>, Record<string, boolean> | undefined]>([
  // [variables, record]
  [{}, undefined],
  [{ DO_TRACE_INSTRUMENT: ' , ' }, undefined],
  [{ DO_TRACE_INSTRUMENT: 'pg, Undici' }, { pg: true, fetch: true }],
  [{ DO_TRACE_INSTRUMENT: 'auto' }, { auto: true }],
  [{ DO_TRACE_INSTRUMENT: 'none' }, { http: false, fetch: false }],
  [{ DO_TRACE_INSTRUMENT: 'none,pg' }, { http: false, fetch: false, pg: true }],
  [{ OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,pg' }, { http: true, fetch: false, pg: true }],
  [{ OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'undici,fs' }, { fetch: false, fs: false }],
  [
    { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'pg', OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'pg' },
    { http: false, fetch: false, pg: false },
  ],
])('%j', (env, record) => {
  expect(readInstrument(createEnvReader(env))).toEqual(record);
});
