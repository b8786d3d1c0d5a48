// The other entries that need no types of Node.js and of the web.

import '@do/trace/register';
import { buildTraces, readTraces, renderTree, type Trace } from '@do/trace/analysis';
import { type Exporter, honeycomb, memory, only, otlp, type ReadableSpan } from '@do/trace/exporters';
import { bullmq, consume, kafkajs, type ProcessOptions, publish, publishBatch } from '@do/trace/queue';
import { adjustedCount, createSampler, createTailProcessor } from '@do/trace/sampling';
import { exporterContract } from '@do/trace/testing';
import { baggage, traceparent, tracestate } from '@do/trace/w3c';
import { init } from '@do/trace';

export const acme: Exporter = {
  name: 'acme',
  start: ({ deliver, env }) =>
    deliver({ endpoint: 'https://otlp.acme.example', headers: { 'api-key': env['ACME_KEY'] ?? '' } }),
  url: ({ traceId }) => `https://acme.example/traces/${traceId}`,
};
const recorded = memory();
export const names: string[] = recorded.spans.map((span: ReadableSpan) => span.name);
init({ exporter: [acme, recorded, otlp(), only(honeycomb({ apiKey: 'x' }), span => span.name !== 'noise')] });
export const checks = exporterContract(() => recorded);

export const sampler = createSampler({ ratio: 0.1 });
export const tail = createTailProcessor(
  { errors: true },
  {
    onStart() {},
    onEnd() {},
    forceFlush: async () => {},
    shutdown: async () => {},
  },
);
export const count: number | undefined = adjustedCount(undefined);

export async function queues(options: ProcessOptions | undefined): Promise<unknown[]> {
  const queue = { system: 'acme', destination: 'orders' };
  const sent: number = publish(queue, headers => Object.keys(headers).length);
  publishBatch({ ...queue, messages: [{ id: undefined, carrier: {} }] }, span => span.isRecording());
  const processed: string = consume({ ...queue, carrier: {}, attempt: undefined }, () => 'done');
  const producer = { send: async (record: { topic: string; messages: { value: string }[] }) => record.topic };
  const topic: string = await kafkajs.send(producer, { topic: 'orders', messages: [{ value: 'x' }] });
  const job: boolean = bullmq.process('orders', {}, options, span => span.isRecording());
  return [sent, processed, topic, job, kafkajs.process({ topic, partition: 1 }, {}, () => 1)];
}

export const traces: Trace[] = readTraces('{}');
export const trees: string[] = [...traces, ...buildTraces([])].map(trace => renderTree(trace));
export const header: string = traceparent.format(traceparent.make({ sampled: true }));
export const state: string = tracestate.make().set('a', 'b').toString();
export const entries: string = baggage.format(baggage.make({ a: 'b' }));

// @ts-expect-error fn is the last argument
kafkajs.process('orders', {}, () => 1, {});
// @ts-expect-error a batch needs messages
publishBatch({ system: 'acme', destination: 'orders' }, () => 1);
