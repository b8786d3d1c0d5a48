// No environment makes `init()` throw: each read that a runtime refuses is left out, and the program ends as it does untraced.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PRELOAD = fileURLToPath(new URL('../fixtures/refused-environment/preload.cjs', import.meta.url));
const PROGRAM = `
  const { init, trace } = require('${ROOT}dist/cjs/index.js');
  const { memory } = require('${ROOT}dist/cjs/exporters/index.js');
  const recorded = memory();
  init({ service: 'refused', exporter: recorded });
  trace.span('work', () => {});
  trace.shutdown().then(() => console.log(recorded.spans.length + ' span'));
`;

it.each(['os', 'cwd', 'on', 'argv', 'execPath', 'title', 'versions'])('a refusal of %s', refused => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--require', PRELOAD, '-e', PROGRAM], {
    encoding: 'utf8',
    env: { ...process.env, REFUSED: refused },
  });
  expect({ status, stdout, stderr }).toMatchObject({ status: 0, stdout: '1 span\n' });
});
