// The layers of src/ and their permitted imports, as data. `test/unit/structure.test.ts` enforces the table, and
// `docs/architecture.md` shows it.

/** One folder of src/, and the folders it may import. */
export interface Layer {
  /** The content of the folder, for the table in the documentation. */
  readonly holds: string;
  /** Layers it may import. */
  readonly imports: readonly string[];
  /** Further layers it may import types from. */
  readonly types?: readonly string[];
  /** Further layers it may load by `import()`. */
  readonly onDemand?: readonly string[];
}

/** Every layer by its folder. The entry files in the root of src/ are above all of them. */
export const LAYERS: Readonly<Record<string, Layer>> = {
  core: { holds: 'clock, timers, ids, diagnostics, errors, global state', imports: [] },
  protobuf: { holds: 'one reader and one writer for the protobuf wire format', imports: [] },
  w3c: { holds: 'codecs for traceparent, tracestate and baggage', imports: [] },
  spans: {
    holds: 'helpers for spans: attributes, exceptions, snapshots, thresholds',
    imports: ['core'],
  },
  context: { holds: 'the active span, light contexts', imports: ['core'] },
  propagation: { holds: 'carriers, propagators, inject, extract', imports: ['core', 'w3c'] },
  sampling: {
    holds: 'ratio, rules, adaptive ratio, tail sampling, overrides',
    imports: ['core', 'spans'],
  },
  delivery: {
    holds: 'encoding, batcher, queue, sender, retry policy, transport, spool, statistics',
    imports: ['core', 'spans', 'protobuf'],
  },
  exporters: {
    holds: 'one file or folder for each exporter',
    imports: ['core', 'spans', 'delivery'],
    types: ['analysis', 'doctor'],
    onDemand: ['analysis', 'doctor'],
  },
  // It uses the transport of delivery and is loaded by `trace.check()` only, so it is not part of the exporters.
  doctor: {
    holds: 'checks of the process and of the route to a backend',
    imports: ['core', 'delivery'],
  },
  redact: { holds: 'rules that find secrets, their replacement', imports: ['core', 'spans'] },
  engine: { holds: 'provider, tracer, span: the hot path', imports: ['core', 'spans', 'context'] },
  span: {
    holds: 'the facade `trace`',
    imports: ['core', 'spans', 'context', 'propagation'],
    types: ['delivery'],
  },
  http: { holds: 'wrappers for fetch and for servers', imports: ['core', 'context', 'propagation', 'span'] },
  queue: { holds: 'publish, consume, adapters', imports: ['core', 'context', 'propagation', 'span'] },
  // It shares the conventions of HTTP spans with `http`, and the recording of errors with the facade.
  instrument: {
    holds: "servers and clients of node:http, fetch, OpenTelemetry's instrumentations by name",
    imports: ['core', 'spans', 'context', 'propagation', 'span', 'http'],
  },
  config: {
    holds: 'options, environment variables, their validation',
    imports: ['core', 'spans', 'delivery', 'sampling'],
    types: ['exporters', 'redact', 'instrument', 'propagation'],
  },
  analysis: { holds: 'trace formats, tree, text output', imports: ['core', 'protobuf'] },
  receiver: {
    holds: 'decoder, store and server of `trace view`',
    imports: ['core', 'protobuf', 'analysis'],
  },
  setup: {
    holds: 'the composition root behind `init()`',
    imports: [
      'core',
      'spans',
      'context',
      'propagation',
      'sampling',
      'delivery',
      'exporters',
      'redact',
      'engine',
      'span',
      'instrument',
      'config',
    ],
    onDemand: ['doctor'],
  },
  // The doctor starts the same parts as `init()`.
  cli: {
    holds: 'one file for each command',
    imports: ['core', 'analysis', 'receiver'],
    types: ['setup'],
    onDemand: ['setup'],
  },
  testing: {
    holds: 'the exporter contract',
    imports: ['core', 'delivery', 'exporters'],
  },
};

/** Layers that only the command line uses. The SDK never imports them. */
export const TOOLS: readonly string[] = ['receiver', 'cli'];

/** Layers that the SDK loads on demand only, so that an application does not pay for them at start-up. */
export const ON_DEMAND: readonly string[] = ['analysis', 'doctor'];

/** The layers of the SDK: those that an application loads. */
export const SDK: readonly string[] = Object.keys(LAYERS).filter(
  name => !['analysis', 'testing', ...TOOLS].includes(name),
);
