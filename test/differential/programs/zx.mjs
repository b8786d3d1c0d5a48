// A subclass of Promise with a `then` of its own.
import { $ } from 'zx';

$.quiet = true;

export async function program({ span }) {
  const run = span('run', () => $`echo one`);
  const text = await span('text', () => $`echo two`).text();
  const failed = await span('failing', () => $`exit 3`).catch(error => error.exitCode);
  const quiet = await span('nothrow', () => $`exit 4`.nothrow());
  return [run.constructor.name, (await run).stdout, text, failed, quiet.exitCode];
}
