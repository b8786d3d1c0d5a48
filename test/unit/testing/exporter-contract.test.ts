import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Exporter, memory, type StartedExporter } from '../../../src/exporters/index.js';
import { withInternalMembers } from '../../../src/exporters/started-exporter.js';
import { type ExporterHarness, exporterContract } from '../../../src/testing/exporter-contract.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Runs all checks. Returns the name and the error of each check that fails. */
async function failuresOf(
  create: () => Exporter,
  harness: ExporterHarness = {},
): Promise<Record<string, string>> {
  const failures: Record<string, string> = {};
  for (const { name, run } of exporterContract(create, { limitMs: 50, ...harness })) {
    await run().catch((error: unknown) => {
      failures[name] = String(error);
    });
  }
  return failures;
}

/** An exporter like memory(), with other members. */
function brokenMemory(parts: Partial<Exporter>): () => Exporter {
  return () => ({ ...memory(), ...parts });
}

/** An exporter like memory(), with other members after its start. */
function brokenStarted(change: (started: StartedExporter) => Partial<StartedExporter>): () => Exporter {
  return () => {
    const exporter = memory();
    return {
      ...exporter,
      start(context) {
        const started = exporter.start(context);
        return { ...started, ...change(started) };
      },
    };
  };
}

it('passes a correct exporter', async () => {
  const recorded = memory();
  const received = () => recorded.spans.map(({ name }) => name);
  expect(await failuresOf(() => recorded, { received })).toEqual({});
});

it('passes an exporter without statistics that sends the spans of kept traces', async () => {
  const start = (send: (name: string) => void): StartedExporter => ({
    processor: {
      onStart() {},
      onEnd: span => {
        if ((span.spanContext().traceFlags & 1) === 1) send(span.name);
      },
      async forceFlush() {},
      async shutdown() {},
    },
  });
  const names: string[] = [];
  const create = (): Exporter => ({ name: 'own', start: () => start(name => names.push(name)) });
  const down = (): Exporter => ({ name: 'own', start: () => start(() => {}) });
  expect(await failuresOf(create, { received: () => names, down })).toEqual({});
});

it('creates the exporter for each check', async () => {
  let created = 0;
  const checks = exporterContract(() => {
    created++;
    return memory();
  });
  expect(created).toBe(0);
  await checks[0]?.run();
  await checks[1]?.run();
  expect(created).toBe(2);
});

it('starts the exporter with the environment of the harness', async () => {
  const environments: unknown[] = [];
  const create = (): Exporter => ({
    ...memory(),
    start(context) {
      environments.push(context.env);
      return memory().start(context);
    },
  });
  await exporterContract(create, { env: { KEY: 'x' } })[0]?.run();
  expect(environments).toEqual([{ KEY: 'x' }]);
});

describe('fails an exporter', () => {
  it('without a name, or with a password in its endpoint', async () => {
    const check = 'has a name, and an endpoint without user and password';
    expect(await failuresOf(brokenMemory({ name: '' }))).toHaveProperty(check);
    const failures = await failuresOf(brokenMemory({ endpoint: 'https://user:pass@host' }));
    expect(failures[check]).toContain('the endpoint shows no password');
  });

  it('that throws', async () => {
    const onEnd = (): never => {
      throw new Error('boom');
    };
    const create = brokenStarted(({ processor }) => ({ processor: { ...processor, onEnd } }));
    expect(await failuresOf(create)).toHaveProperty(['accepts spans of every kind']);
  });

  it('that loses spans', async () => {
    const failures = await failuresOf(() => memory(), { received: () => [] });
    expect(failures['delivers ended spans at a flush']).toMatch(/span 'contract \d+' arrives 1 time, not 0/);
    expect(failures).toHaveProperty(['delivers queued spans at shutdown, and accepts a second shutdown']);
  });

  it('that delivers unsampled spans', async () => {
    const names: string[] = [];
    const processor = {
      onStart() {},
      onEnd: ({ name }: { name: string }) => void names.push(name),
      async forceFlush() {},
      async shutdown() {},
    };
    const create = (): Exporter => ({ name: 'all', start: () => ({ processor }) });
    const check = 'delivers spans of kept traces only';
    expect(await failuresOf(create, { received: () => names })).toEqual({
      [check]: expect.stringContaining('0 times, not 1'),
    });
    const receivesAll = (): Exporter => ({
      name: 'all',
      start: () => withInternalMembers({ processor }, { processor, sees: 'every' }),
    });
    expect(await failuresOf(receivesAll, { received: () => names })).toEqual({});
  });

  it('that does not count unsampled spans', async () => {
    const stats = { ended: 1, unsampled: 0, sent: 1 };
    const failures = await failuresOf(brokenStarted(() => ({ stats: () => stats })));
    expect(failures['delivers spans of kept traces only']).toContain(
      'one span is counted as unsampled, not 0',
    );
  });

  it('that miscounts', async () => {
    const create = brokenStarted(({ stats }) => ({ stats: () => ({ ...stats?.(), ended: 7 }) }));
    expect(await failuresOf(create)).toHaveProperty(['has statistics that add up at any moment']);
  });

  it('whose check rejects', async () => {
    const rejecting = { check: () => Promise.reject(new Error('no')) };
    expect(await failuresOf(brokenMemory(rejecting))).toEqual({
      'resolves a check before, during and after its run': 'Error: no',
    });
  });

  it('whose links change, or are not URLs', async () => {
    const check = 'returns the same link for the same ids, and throws for none';
    let count = 0;
    expect(await failuresOf(brokenMemory({ url: () => `https://x/${count++}` }))).toHaveProperty(check);
    const failures = await failuresOf(brokenMemory({ url: () => 'trace 1' }));
    expect(failures[check]).toContain('the link is a URL, not trace 1');
  });

  it('that counts spans as sent while the backend is down', async () => {
    const check = 'keeps the time limit and counts undelivered spans while the backend is down';
    const failures = await failuresOf(() => memory(), { down: () => memory() });
    expect(Object.keys(failures)).toEqual([check]);
    expect(failures[check]).toContain('no span is sent and none is queued, not 2 and 0');
  });

  it('that leaves a server open', async () => {
    const create = (): Exporter => ({
      ...memory(),
      start(context) {
        servers.push(createServer().listen(0));
        return memory().start(context);
      },
    });
    const checks = exporterContract(create, { limitMs: 0 });
    await expect(checks.at(-1)?.run()).rejects.toThrow('no resource stays open (open: TCP');
  });
});
