// The measured client: requests of one kind, each in a span, with one tracer.
//
//   node client.mjs '{"side":"ours","port":4711}'
//
//   message in: { kind, requests, connections }     message out: { cpuUs, spans }, for the whole round
//   message in: 'profile' or 'profiled'             message out: { profile }

import { Session } from 'node:inspector/promises';
import { createRequire } from 'node:module';
import { SIDES } from './client-sides.mjs';

const options = JSON.parse(process.argv[2]);
const { span, flush, count } = await SIDES[options.side].start();
// Loaded with require() after the start of the tracer, because OpenTelemetry's instrumentation patches node:http only then.
const http = createRequire(import.meta.url)('node:http');
const url = `http://127.0.0.1:${options.port}/orders/4711?full=1`;
const agent = new http.Agent({ keepAlive: true });

const KINDS = {
  'http.request': () =>
    new Promise((resolve, reject) => {
      const request = http.request(url, { agent }, response => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', part => (text += part));
        response.on('end', () => resolve(text));
      });
      request.on('error', reject);
      request.end();
    }),
  fetch: async () => (await fetch(url)).text(),
};

async function run({ kind, requests, connections }) {
  const send = KINDS[kind];
  let left = requests;
  const before = count();
  const start = process.cpuUsage();
  const work = async () => {
    while (left-- > 0) {
      const text = await span('placeOrder', send);
      if (text.length === 0) throw new Error('the response is empty');
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  await flush();
  const { user, system } = process.cpuUsage(start);
  return { cpuUs: user + system, spans: count() - before };
}

let session;
process.on('message', async message => {
  if (message === 'profile') {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    process.send({});
  } else if (message === 'profiled') process.send({ profile: (await session.post('Profiler.stop')).profile });
  else process.send(await run(message));
});
process.send({});
