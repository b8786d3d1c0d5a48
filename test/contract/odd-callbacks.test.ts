// Callbacks of init() that TypeScript refuses and that no validation can detect: a class is a function, and its call throws.

import { expect, it } from 'vitest';
import { traceFetch } from '../../src/http/index.js';
import { type InitOptions, trace } from '../../src/index.js';
import { isolateTracing, startTracing } from '../support/start-tracing.js';

isolateTracing();

class Callback {
  readonly isCallback = true;
}
const callback = Callback as never;

it.each<[string, InitOptions]>([
  ['sample', { sample: callback }],
  ['onSpanEnd', { onSpanEnd: callback }],
  ['isError', { isError: callback }],
  ['redact.replace', { redact: { replace: callback } }],
  ['propagate.to', { propagate: { to: callback } }],
])('a class as %s is reported when it is called, and the application is not affected', async (_, options) => {
  const { lines } = startTracing(options);
  const send = traceFetch(async () => new Response('result'));
  const run = (): Promise<unknown> =>
    trace.span('work', { attributes: { password: 'pa55word' } }, async () => {
      await send('http://backend.example/');
      throw new Error('failed');
    });
  await expect(run()).rejects.toThrow('failed');
  expect(lines.filter(line => /\[(callback_failed|sample_ratio_invalid)\]$/.test(line))).toHaveLength(1);
});
