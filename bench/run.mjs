// npm run bench: every claim about speed, one file after the other, each in a process of its own.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = name => fileURLToPath(new URL(name, import.meta.url));
const all = ['facade', 'engine', 'rivals', 'memory', 'w3c', 'delivery', 'http-service'];
const files = all.map(name => `${name}.mjs`).filter(name => existsSync(here(name)));
let failed = 0;
for (const name of files) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, ['--expose-gc', here(name)], { stdio: 'inherit' });
  if (status !== 0) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
