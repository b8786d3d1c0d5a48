// Valid options compile, and invalid options do not.

import { AlwaysOnSampler, ConsoleSpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { describe, expectTypeOf, test } from 'vitest';
import type { InitOptions } from '../../src/config/options.js';
import type { ResolvedConfig } from '../../src/config/resolved.js';
import type { Exporter } from '../../src/exporters/exporter.js';

declare function init(options?: InitOptions): void;
declare const exporter: Exporter;

test('valid options compile', () => {
  init();
  init({ service: 'orders', exporter: 'otlp', sample: 0.1 });
  init({ service: { name: 'orders', version: '1' }, exporter: ['otlp', exporter], sample: 'production' });
  init({
    sample: { ratio: 0.1, rules: [{ name: '/x', ratio: 0 }], keep: { errors: true }, followRemote: false },
  });
  init({ propagate: { formats: ['w3c', 'b3'], to: ['*.example'], from: 'none' } });
  init({ instrument: { http: { ignore: '/health*' }, express: true, pg: { requireParentSpan: true } } });
  init({
    instrumentations: [new UndiciInstrumentation()],
    resource: { attributes: { team: 'shop', nodes: 3 } },
  });
  init({ sample: span => (span.name === 'x' ? 1 : 0), logLevel: 'silent', enabled: undefined });
  init({ sample: new AlwaysOnSampler(), exporter: new ConsoleSpanExporter(), logger: { warn() {} } });
  init({ logger: { error() {}, warn: undefined } });
  init({ redact: { keys: [/x/, 'y'], replace: value => value.slice(0, 1) }, logger: console });
  init({ processors: [new SimpleSpanProcessor(new ConsoleSpanExporter()), new ConsoleSpanExporter()] });
  init({ delivery: { spool: { directory: '/spool', mode: 'always' } }, limits: { linkCountLimit: 1 } });
});

describe('invalid options do not compile', () => {
  test('unknown keys', () => {
    // @ts-expect-error servce
    init({ servce: 'orders' });
    // @ts-expect-error nmae
    init({ service: { nmae: 'orders' } });
    // @ts-expect-error raito
    init({ sample: { raito: 1 } });
    // @ts-expect-error eror
    init({ sample: { keep: { eror: true } } });
    // @ts-expect-error maxQueueSize
    init({ delivery: { maxQueueSize: 1 } });
    // @ts-expect-error key
    init({ redact: { key: [] } });
    // @ts-expect-error linkLimit
    init({ limits: { linkLimit: 1 } });
  });

  test('unknown names', () => {
    // @ts-expect-error no such exporter
    init({ exporter: 'otpl' });
    // @ts-expect-error no such exporter in the list
    init({ exporter: ['otlp', 'memry'] });
    // @ts-expect-error no such preset
    init({ sample: 'prod' });
    // @ts-expect-error no such propagator
    init({ propagate: { formats: ['tracecontext'] } });
    // @ts-expect-error no such mode
    init({ redact: { replace: 'hide' } });
    // @ts-expect-error no such compression
    init({ delivery: { compression: 'br' } });
  });

  test('wrong types', () => {
    // @ts-expect-error a number
    init({ service: 5 });
    // @ts-expect-error a string
    init({ sample: '0.5' });
    // @ts-expect-error a rule without ratio
    init({ sample: { rules: [{ name: 'x' }] } });
    // @ts-expect-error a string, not a list
    init({ propagate: 'w3c' });
    // @ts-expect-error a number
    init({ instrument: 1 });
    // @ts-expect-error an exporter of this package is not a processor
    init({ processors: [exporter] });
    // @ts-expect-error a function instead of an exporter
    init({ exporter: () => exporter });
    // @ts-expect-error true is not an option
    init({ redact: true });
    // @ts-expect-error a date
    init({ resource: { attributes: { at: new Date() } } });
    // @ts-expect-error a logger with a number
    init({ logger: { error() {}, warn: 1 } });
    // @ts-expect-error a spool without directory
    init({ delivery: { spool: {} } });
  });
});

test('options and configuration are read-only', () => {
  const options: InitOptions = {};
  // @ts-expect-error read-only
  options.service = 'x';
  expectTypeOf<ResolvedConfig['service']['name']>().toEqualTypeOf<string>();
  expectTypeOf<ResolvedConfig['sample']['ratio']>().toEqualTypeOf<number>();
});
