import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { writeQuietly } from '../../../src/core/write-quietly.js';

const failure = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });

it('writes the text, and leaves no listener', () => {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  writeQuietly(stream, 'a');
  expect([chunks, stream.listenerCount('error')]).toEqual([['a'], 0]);
});

it.each([
  ['at once', (done: (error: Error) => void) => done(failure)],
  ['later', (done: (error: Error) => void) => void setImmediate(done, failure)],
])('a stream that fails %s emits no error without a listener', async (_, fail) => {
  const stream = new Writable({ write: (_chunk, _encoding, done) => fail(done) });
  writeQuietly(stream, 'a');
  await new Promise(resolve => stream.once('close', resolve));
  writeQuietly(stream, 'b');
  await new Promise(setImmediate);
  expect(stream.errored).toBe(failure);
});

it('a listener of the application still receives the error', async () => {
  const errors: unknown[] = [];
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(failure) });
  stream.on('error', error => void errors.push(error));
  writeQuietly(stream, 'a');
  await new Promise(resolve => stream.once('close', resolve));
  expect(errors).toEqual([failure]);
});

it('a stream that throws, or that only has write, is accepted', () => {
  const texts: string[] = [];
  writeQuietly({ write: text => void texts.push(text) }, 'a');
  writeQuietly(
    {
      write() {
        throw failure;
      },
    },
    'b',
  );
  expect(texts).toEqual(['a']);
});
