// Measures parsing and formatting of `traceparent` and of a `tracestate` with ten members, against @opentelemetry/core and tctx.
// The candidates take turns, and the ratios of the medians are compared. tctx is installed on demand outside the repository,
// because only this file uses it.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseTraceParent, TraceState } from '@opentelemetry/core';
import { build } from 'esbuild';

const TCTX = '0.2.6';
const ROUNDS = 41;
const PASSES = 60;
const HEADERS = 256;

/** @returns {Promise<{ name: string, ratios: Record<string, number>, ns: Record<string, number>, bounds: Record<string, number> }[]>} */
export async function benchW3c() {
  const ours = await sources();
  const tctx = await peer();
  // Many different headers, so that no implementation can cache the last result.
  const parents = Array.from({ length: HEADERS }, () => String(ours.traceparent.make()));
  const states = Array.from({ length: HEADERS }, (_, i) =>
    Array.from(
      { length: 10 },
      (_, j) => `vendor${j}=${(i * 7919 + j * 104_729).toString(36)}00f067aa0ba902b7`,
    ).join(','),
  );
  return [
    compare('traceparent parse + format', parents, {
      ours: header => String(ours.traceparent.parse(header)),
      otel: header => otelFormat(parseTraceParent(header)),
      tctx: header => String(tctx.parent.parse(header)),
    }),
    compare('tracestate of 10, parse + format', states, {
      ours: header => String(ours.tracestate.parse(header)),
      otel: header => new TraceState(header).serialize(),
      tctx: header => String(tctx.state.parse(header)),
    }),
    compare('tracestate of 10, parse + set + format', states, {
      ours: header => String(ours.tracestate.parse(header).set('acme', '1')),
      otel: header => new TraceState(header).set('acme', '1').serialize(),
      tctx: header => String(tctx.state.parse(header).set('acme', '1')),
    }),
  ].map(result => ({ ...result, bounds: { otel: 0.5, tctx: 1 } }));
}

// As W3CTraceContextPropagator.inject formats it.
function otelFormat({ traceId, spanId, traceFlags }) {
  return `00-${traceId}-${spanId}-0${Number(traceFlags || 0).toString(16)}`;
}

function compare(name, inputs, candidates) {
  const times = Object.fromEntries(Object.keys(candidates).map(key => [key, []]));
  let length = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const [key, run] of Object.entries(candidates)) {
      const start = process.hrtime.bigint();
      for (let pass = 0; pass < PASSES; pass++)
        for (const input of inputs) length += run(input).charCodeAt(7);
      times[key].push(Number(process.hrtime.bigint() - start) / (PASSES * inputs.length));
    }
  }
  if (!Number.isFinite(length)) throw new Error(`${name}: a candidate returned no text`);
  const ns = Object.fromEntries(Object.entries(times).map(([key, values]) => [key, median(values)]));
  return { name, ns, ratios: { otel: ns.ours / ns.otel, tctx: ns.ours / ns.tctx } };
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

async function sources() {
  const directory = cache();
  const outfile = join(directory, 'w3c.mjs');
  const entry = new URL('../src/w3c/index.ts', import.meta.url).pathname;
  await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm', target: 'es2022' });
  return import(`${pathToFileURL(outfile)}?${Date.now()}`);
}

async function peer() {
  const directory = cache();
  const at = join(directory, 'node_modules/tctx');
  if (!existsSync(at)) {
    execFileSync('npm', ['install', '--prefix', directory, '--no-save', `tctx@${TCTX}`], { stdio: 'ignore' });
  }
  const load = file => import(pathToFileURL(join(at, file)).href);
  return { parent: await load('traceparent.js'), state: await load('tracestate.js') };
}

function cache() {
  const directory = join(tmpdir(), 'do-trace-bench');
  mkdirSync(directory, { recursive: true });
  return directory;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  let missed = 0;
  for (const { name, ns, ratios, bounds } of await benchW3c()) {
    for (const [rival, ratio] of Object.entries(ratios)) {
      const kept = ratio <= bounds[rival];
      if (!kept) missed++;
      const figures = `${ns.ours.toFixed(0)} ns against ${ns[rival].toFixed(0)} ns`;
      console.log(
        `${kept ? 'ok  ' : 'MISS'} ${name.padEnd(40)} ${rival} ${ratio.toFixed(2)}x (bound ${bounds[rival]}x), ${figures}`,
      );
    }
  }
  process.exitCode = missed > 0 ? 1 : 0;
}
