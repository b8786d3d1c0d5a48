// A child process with the methods of a promise.
import { types } from 'node:util';
import { execa } from 'execa';

export async function program({ span }) {
  const { stdout } = await execa('echo', ['hello']).pipe(span('cat', () => execa('cat')));
  const child = span('child', () => execa('echo', ['a']));
  const shape = [typeof child.pid, types.isPromise(child), typeof child.stdout.pipe];
  const failed = await span('failing', () => execa('node', ['-e', 'process.exit(3)'])).catch(
    error => error.exitCode,
  );
  return [stdout, shape, (await child).stdout, failed];
}
