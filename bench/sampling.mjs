// Measures the cost of sampling: a span that the ratio drops, against OpenTelemetry's sampler and tracer; and a span that is
// buffered until the end of its trace, against one that is recorded and sent at once. Two processes take turns.
//
//   node bench/sampling.mjs        (after npm run build)

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { alone, compareApart, line } from './pairs.mjs';

const { values } = parseArgs({
  options: { side: { type: 'string' }, turns: { type: 'string', default: '7' } },
});
const dist = name => new URL(`../build/cjs/${name}`, import.meta.url).href;

const RATIO = 0.01;
const CHILDREN = 4;
const resource = resourceFromAttributes({ 'service.name': 'bench' });
const quiet = {
  warn() {},
  error: console.error,
  info() {},
  debug() {},
  once() {},
  report() {},
  reportOnce() {},
};

const SIDES = {
  'their head': () => head(BasicTracerProvider, theirSampler()),
  'our head on their tracer': async () => head(BasicTracerProvider, await ourSampler()),
  'our head': async () => head((await import(dist('engine/index.js'))).TracerProvider, await ourSampler()),
  plain: () => delivered(undefined),
  tail: () => delivered({ errors: true, slowerThanMs: 500 }),
};
const PAIRS = [
  ['dropped at the root, with children', 'their head', 'our head', 1],
  ['the same on OpenTelemetry’s tracer', 'their head', 'our head on their tracer', undefined],
  ['held to its trace’s end and dropped', 'plain', 'tail', 1.25],
];

if (values.side === undefined) main();
else
  console.log(
    (await alone({ run: await SIDES[values.side](), sync: true, rounds: 41, times: 2_000 })) / (1 + CHILDREN),
  );

function main() {
  let failed = false;
  for (const [label, base, mine, bound] of PAIRS) {
    const args = side => [fileURLToPath(import.meta.url), '--side', side];
    const [, figures] = compareApart({ sides: [args(base), args(mine)], turns: Number(values.turns) });
    console.log(line(`a span ${label}`, figures, bound));
    if (bound !== undefined && figures.ratio > bound) failed = true;
  }
  process.exitCode = failed ? 1 : 0;
}

function theirSampler() {
  return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(RATIO) });
}

async function ourSampler() {
  const { createSampler } = await import(dist('sampling.js'));
  return createSampler(RATIO);
}

function head(TracerProvider, sampler) {
  const provider = new TracerProvider({ resource, sampler, spanProcessors: [] });
  return requests(provider.getTracer('bench'));
}

/** Spans through the span pipeline into delivery, to a backend that accepts everything. */
async function delivered(keep) {
  const [
    { TracerProvider },
    { createDelivery },
    { SpanPipeline },
    { createHeadSampler },
    { RecordAllSampler },
    { TailSampler },
  ] = await Promise.all(
    [
      'engine/index.js',
      'delivery/index.js',
      'setup/span-pipeline.js',
      'sampling/head-sampler.js',
      'sampling/record-all-sampler.js',
      'sampling/tail/tail-sampler.js',
    ].map(name => import(dist(name))),
  );
  const { TraceOverrides } = await import(dist('sampling/trace-overrides.js'));
  const { systemClock } = await import(dist('core/clock.js'));
  const delivery = createDelivery({
    name: 'bench',
    endpoint: new URL('http://collector.test/v1/traces'),
    compression: 'none',
    options: {},
    resource,
    diagnostics: quiet,
    transport: {
      send: async ({ body }) => ({
        kind: 'response',
        status: 200,
        body: new Uint8Array(0),
        wireBytes: body.length,
      }),
      hold() {},
      close() {},
    },
  });
  const overrides = new TraceOverrides();
  const { processor } = delivery;
  const tail =
    keep &&
    new TailSampler({
      policy: { match: [], ...keep },
      maxBytes: 64 * 2 ** 20,
      maxTraces: 100_000,
      maxWaitMs: 60_000,
      buffers: [processor],
      overrideOf: traceId => overrides.get(traceId),
      clock: systemClock,
      after: (ms, fn) => {
        const timer = setTimeout(fn, ms).unref();
        return () => clearTimeout(timer);
      },
      onFirstEviction() {},
    });
  const pipeline = new SpanPipeline({
    outputs: [{ name: 'bench', processor, buffer: processor, sees: 'kept' }],
    overrides,
    redact: undefined,
    tail,
    diagnostics: quiet,
  });
  const head = createHeadSampler({ ratio: keep ? RATIO : 1, followRemote: true, followParent: true });
  const provider = new TracerProvider({
    resource,
    sampler: keep ? new RecordAllSampler(head) : head,
    spanProcessors: [pipeline],
  });
  const request = requests(provider.getTracer('bench'));
  let since = 0;
  return () => {
    request();
    // Batches are sent as in a program that yields to the event loop.
    if (++since % 500 === 0) void provider.forceFlush();
  };
}

/** One request: a root and its children, with attributes as a business function sets them. */
function requests(tracer) {
  let i = 0;
  return () => {
    i++;
    const root = tracer.startSpan(
      'POST /orders',
      { kind: 1, attributes: { 'url.path': '/orders' } },
      ROOT_CONTEXT,
    );
    const context = trace.setSpan(ROOT_CONTEXT, root);
    for (let child = 0; child < CHILDREN; child++) {
      const span = tracer.startSpan('processOrder', undefined, context);
      span.setAttribute('order.id', `order-${i}`);
      span.setAttribute('order.items', child);
      span.setAttribute('customer.tier', 'gold');
      span.end();
    }
    root.end();
  };
}
