// A program whose reader of stderr is gone ends as it does untraced, although messages are written.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { freePort } from '../support/free-port.mjs';

const ENTRY = new URL('../../dist/esm/index.js', import.meta.url).href;
const PROGRAM = `
  import { init, trace } from '${ENTRY}';
  process.stdin.resume();
  await new Promise(resolve => process.stdin.once('end', resolve));
  init({ service: 'quiet', exporter: EXPORTER });
  trace.span('work', () => {});
  await trace.flush({ timeoutMs: 1_000 });
  console.log('done');
`;

it.each(['otlp', 'console'])('with the exporter %s', async exporter => {
  const port = await freePort();
  const program = PROGRAM.replace('EXPORTER', JSON.stringify(exporter));
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', text => (output += text));
  // The program starts after the reader of stderr is gone.
  child.stderr.destroy();
  child.stdin.end();
  const status = await new Promise(resolve => child.once('close', resolve));
  expect([status, output]).toEqual([0, 'done\n']);
});
