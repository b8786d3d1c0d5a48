// Worker threads that call init(): one trace across threads, and the ends of a worker. Uses the built package in dist.

import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Harness, type Receiver } from './harness.js';

const program = fileURLToPath(new URL('workers.mjs', import.meta.url));
const harness = new Harness();
afterEach(() => harness.cleanUp());

const PARCELS = Array.from({ length: 10 }, (_, i) => `parcel ${i}`);
const ALL = ['order', 'ship', ...PARCELS].sort();

async function run(receiver: Receiver, end: string, env: Record<string, string> = {}) {
  const options = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: receiver.url,
  };
  return harness.run(process.execPath, [program, end], { env: { ...process.env, ...options, ...env } }).ended;
}

describe('a worker thread', () => {
  it.each(['return', 'flush-terminate'])('that ends by %s delivers its part of the trace', async end => {
    const receiver = await harness.receiver();
    const { code, stdout, stderr } = await run(receiver, end);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('main ends');
    expect([...receiver.names].sort()).toEqual(ALL);
    expect(receiver.traceIds.size).toBe(1);
  });

  it.each(['exit', 'throw'])(
    'that ends by %s leaves its part of the trace in the spool, and the next start sends it',
    async end => {
      const receiver = await harness.receiver();
      const env = { SPOOL: harness.directory() };
      const { code, stderr } = await run(receiver, end, env);
      expect(code).toBe(0);
      expect(stderr).toBe('');
      expect(receiver.names).toEqual(['order']);
      await run(receiver, 'terminate', env);
      expect(receiver.names.filter(name => name !== 'order').sort()).toEqual([...PARCELS, 'ship']);
      expect(receiver.traceIds.size).toBe(2);
    },
  );

  it('that is terminated loses only its spans that were not flushed', async () => {
    const receiver = await harness.receiver();
    const { code } = await run(receiver, 'terminate');
    expect(code).toBe(0);
    expect(receiver.names).toContain('order');
  });
});
