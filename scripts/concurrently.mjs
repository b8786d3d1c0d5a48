// Runs npm scripts at the same time and prints the output of each when it ends: `node scripts/concurrently.mjs types build`.
// The exit status is that of the first script that fails.
import { spawn } from 'node:child_process';

const names = process.argv.slice(2);
const statuses = await Promise.all(names.map(run));
process.exitCode = statuses.find(status => status !== 0) ?? 0;

function run(name) {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', name], {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    const output = [];
    child.stdout.on('data', chunk => output.push(chunk));
    child.stderr.on('data', chunk => output.push(chunk));
    child.on('error', reject);
    child.on('close', status => {
      process.stdout.write(Buffer.concat(output));
      // A signal ended it.
      resolve(status ?? 1);
    });
  });
}
