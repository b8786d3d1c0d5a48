// A child process as part of the story: `trace.childEnv()` puts the context into its environment, and `init()` in the
// child takes it up. What the child does first is a child of the span that started it, without a line of code.
//
//   node examples/child-process.mjs

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { init, trace } from '@do/trace';
import { memory } from '@do/trace/exporters';
import { printSpans, told } from './spans.mjs';

// In a service this is where its exporter stands; here the spans of both processes are shown side by side.
const recorded = memory();
const run = promisify(execFile);

if (process.argv[2] === undefined) {
  init({ service: 'nightly', exporter: recorded });
  const theirs = await trace.withBaggage({ tenant: 'acme' }, () =>
    trace.span('makeReport', async () => {
      const { stdout } = await trace.span('runConverter', { kind: 'client' }, () =>
        run(process.execPath, [fileURLToPath(import.meta.url), 'report.csv'], { env: trace.childEnv() }),
      );
      return JSON.parse(stdout);
    }),
  );
  printSpans([...recorded.spans.map(told), ...theirs]);
} else {
  init({ service: 'converter', exporter: recorded });
  trace.span('convert', { attributes: { file: process.argv[2] } }, span => {
    span.setAttribute('tenant', trace.getBaggage().tenant);
    trace.span('writePages', () => {});
  });
  console.log(JSON.stringify(recorded.spans.map(told)));
}
