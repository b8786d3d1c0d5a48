// A child process in the trace of its parent: `trace.childEnv()` puts the context into its environment, and `init()` in
// the child reads it. The first span of the child process becomes a child of the span that started it.
//
//   node examples/child-process.mjs

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { init, trace } from '@do/trace';
import { memory } from '@do/trace/exporters';
import { plainSpan, printSpans } from './spans.mjs';

// A service has its exporter here. This example prints the spans of both processes.
const recorded = memory();
const run = promisify(execFile);

if (process.argv[2] === undefined) {
  init({ service: 'nightly', exporter: recorded });
  const childSpans = await trace.withBaggage({ tenant: 'acme' }, () =>
    trace.span('makeReport', async () => {
      const { stdout } = await trace.span('runConverter', { kind: 'client' }, () =>
        run(process.execPath, [fileURLToPath(import.meta.url), 'report.csv'], { env: trace.childEnv() }),
      );
      return JSON.parse(stdout);
    }),
  );
  printSpans([...recorded.spans.map(plainSpan), ...childSpans]);
} else {
  init({ service: 'converter', exporter: recorded });
  trace.span('convert', { attributes: { file: process.argv[2] } }, span => {
    span.setAttribute('tenant', trace.getBaggage().tenant);
    trace.span('writePages', () => {});
  });
  console.log(JSON.stringify(recorded.spans.map(plainSpan)));
}
