// Compares trace.span with autotel's span() and dd-trace's tracer.trace: the same recorded work, each in a separate process on
// its version of Node.js, against the same by hand on OpenTelemetry in the same turn.
//
// A span is measured from its start until its processor receives it. The processor of each side counts spans and keeps none, so
// no side encodes or sends, and the count is checked. dd-trace has no span processors, so its exporter is replaced behind the
// part that formats finished spans. Its agent is a closed loopback port, and its telemetry and plugins are off.
//
//   node bench/rivals.mjs [--turns 5] [--times 3000]       (after npm run build; rivals are installed in the cache)

import { createRequire } from 'node:module';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { nodeBinary } from '../scripts/nodes.mjs';
import { npmFolder } from '../test/system/folders.mjs';
import { byHand, byHandSync, CountingProcessor, work } from './by-hand.mjs';
import { alone, compareApart } from './pairs.mjs';

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '5' },
    times: { type: 'string', default: '3000' },
    nodes: { type: 'string', default: '20,22,24' },
    // For the process of one side.
    side: { type: 'string' },
    row: { type: 'string' },
    folder: { type: 'string', default: '' },
  },
});

const RIVALS = {
  autotel: { packages: () => ({ autotel: '7.9.0' }), label: () => 'autotel 7.9.0 span()' },
  // dd-trace 6 needs Node 22.
  'dd-trace': {
    packages: major => ({ 'dd-trace': major < 22 ? '5.132.0' : '6.21.0' }),
    label: major => `dd-trace ${major < 22 ? '5.132.0' : '6.21.0'} tracer.trace`,
  },
};
const DATADOG_OFF = {
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  DD_RUNTIME_METRICS_ENABLED: 'false',
  DD_CRASHTRACKING_ENABLED: 'false',
};
const ROWS = ['async, 1 attribute, 1 event', 'sync, plain'];
const one = () => 1;

/** Each returns the functions of both rows, and the number of spans that its processor received. */
const SIDES = {
  async 'by hand'() {
    const { context } = await import('@opentelemetry/api');
    const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
    const { BasicTracerProvider } = await import('@opentelemetry/sdk-trace-base');
    const counting = new CountingProcessor();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    const tracer = new BasicTracerProvider({ spanProcessors: [counting] }).getTracer('bench');
    return {
      runs: [() => byHand(tracer, 'a', work), () => byHandSync(tracer, 'a', one)],
      ended: () => counting.ended,
    };
  },
  async 'trace.span'() {
    const { init, trace } = await import('@do/trace');
    const counting = new CountingProcessor();
    const logger = { error: console.error, warn: console.warn, info() {}, debug() {} };
    const quiet = { exporter: [], instrument: false, exitHandlers: false, logger };
    init({ ...quiet, service: 'bench', processors: [counting] });
    return {
      runs: [() => trace.span('a', work), () => trace.span('a', one)],
      ended: () => counting.ended,
    };
  },
  async autotel() {
    const { init, span } = await rival('autotel');
    const counting = new CountingProcessor();
    const quiet = { metrics: false, logs: false, autoInstrumentations: false };
    // By default one span in ten is kept. All are recorded, as on the other sides.
    init({ ...quiet, service: 'bench', sampling: 'development', spanProcessors: [counting] });
    return { runs: [() => span('a', work), () => span('a', one)], ended: () => counting.ended };
  },
  async 'dd-trace'() {
    const { default: datadog } = await rival('dd-trace');
    const ddTrace = datadog.init({
      service: 'bench',
      url: 'http://127.0.0.1:1',
      plugins: false,
      startupLogs: false,
      flushInterval: 3_600_000,
      // Keeps all traces. The default is at most a hundred per second.
      sampleRate: 1,
      rateLimit: -1,
    });
    let ended = 0;
    const { _processor: processor } = ddTrace._tracer;
    if (typeof processor?._exporter?.export !== 'function')
      throw new Error('dd-trace keeps its exporter elsewhere');
    processor._exporter.export = spans => {
      ended += spans.length;
    };
    const tagged = async span => {
      span.setTag('order.id', 4711);
      span.addEvent('reserved', { items: 3 });
      return 1;
    };
    return { runs: [() => ddTrace.trace('a', tagged), () => ddTrace.trace('a', one)], ended: () => ended };
  },
};

if (values.side === undefined) await table();
else await runSide();

/** A rival from the folder in which it is installed. */
function rival(name) {
  const require = createRequire(join(values.folder, 'package.json'));
  return import(pathToFileURL(require.resolve(name)).href);
}

async function runSide() {
  const { runs, ended } = await SIDES[values.side]();
  const run = runs[Number(values.row)];
  const sync = values.row === '1';
  let made = 0;
  const counted = () => {
    made++;
    return run();
  };
  const ns = await alone({ run: counted, sync, times: Number(values.times) });
  if (ended() !== made) throw new Error(`${values.side}: the processor received ${ended()} of ${made} spans`);
  console.log(ns);
  // Timers and the final flush of a rival must not delay the end of the process.
  process.exit();
}

async function table() {
  console.log(`${values.turns} turns, ratio to by hand on OpenTelemetry: median (quartiles)`);
  const file = fileURLToPath(import.meta.url);
  const env = { ...process.env, ...DATADOG_OFF, AUTOTEL_METRICS: 'off', AUTOTEL_LOGS: 'off' };
  for (const range of values.nodes.split(',')) {
    const node = await nodeBinary(range);
    const major = Number(range.split('.')[0]);
    console.log(`\nnode ${node.version}, load average ${loadavg()[0].toFixed(1)}`);
    const labels = { 'by hand': 'by hand on OpenTelemetry', 'trace.span': '@do/trace trace.span' };
    const folders = {};
    for (const [name, { packages, label }] of Object.entries(RIVALS)) {
      const wanted = packages(major);
      folders[name] = await npmFolder(`bench-${Object.entries(wanted)[0].join('-')}`, wanted);
      labels[name] = label(major);
    }
    for (const [row, what] of ROWS.entries()) {
      const sides = Object.keys(SIDES).map(side => [
        file,
        `--side=${side}`,
        `--row=${row}`,
        `--times=${values.times}`,
        `--folder=${folders[side] ?? ''}`,
      ]);
      const figures = compareApart({ sides, turns: Number(values.turns), node: node.path, env });
      for (const [index, { ratio, low, high, mineNs }] of figures.entries()) {
        const spread = `(${low.toFixed(2)}-${high.toFixed(2)})`;
        const name = labels[Object.keys(SIDES)[index]];
        console.log(
          `${what.padEnd(30)} ${name.padEnd(34)} ${ratio.toFixed(2)}x ${spread.padEnd(12)} ${mineNs.toFixed(0)} ns`,
        );
      }
    }
  }
}
