// The application of the file tests, with the built package. It ends spans and then exits in the way given by `end`.
//
//   node file-app.mjs '{"path": …, "prefix": "a", "spans": 100, "flushEvery": 20, "maxBytes": 1e9, "end": "exit" | "throw" | "return" | "run"}'
//   node file-app.mjs '{"endpoint": …, …}'   sends OTLP as JSON to an endpoint instead

import { init, trace } from '@do/trace';
import { file, otlp } from '@do/trace/exporters';

const plan = JSON.parse(process.argv[2]);
const { path, endpoint, prefix, spans, end, maxBytes = 1e9, flushEvery = Number.POSITIVE_INFINITY } = plan;
const exporter =
  endpoint === undefined
    ? file({ path, maxBytes, maxBackups: 1_000 })
    : otlp({ endpoint, protocol: 'http/json' });
init({ service: 'app', exporter, instrument: false });
for (let i = 0; i < spans; i++) {
  trace.span(`${prefix}${i}`, { attributes: { text: 'x'.repeat(200) } }, () => {});
  if (i % flushEvery === flushEvery - 1) await trace.flush();
}
if (end === 'exit') process.exit(3);
if (end === 'throw') throw new Error('uncaught');
if (end === 'run') {
  process.stdout.write('running\n');
  setInterval(() => {}, 1_000);
}
