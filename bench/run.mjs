// Runs the benches one after the other, each in a separate process: `npm run bench`. Names select some of them:
// `npm run bench -- delivery soak`. The soak test takes minutes and runs only if it is named.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = name => fileURLToPath(new URL(name, import.meta.url));
const usual = [
  'facade',
  'engine',
  'rivals',
  'memory',
  'w3c',
  'delivery',
  'http-client',
  'http-service',
  'prometheus',
  'redact',
  'limits',
  'sampling',
];
const chosen = process.argv.slice(2);
const unknown = chosen.filter(name => !existsSync(here(`${name}.mjs`)));
if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')} in bench`);
const files = (chosen.length > 0 ? chosen : usual).map(name => `${name}.mjs`);
let failed = 0;
for (const name of files) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, ['--expose-gc', here(name)], { stdio: 'inherit' });
  if (status !== 0) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
