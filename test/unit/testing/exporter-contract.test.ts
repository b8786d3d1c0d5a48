import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Exporter, memory } from '../../../src/exporters/index.js';
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

it('passes a correct exporter', async () => {
  const recorded = memory();
  const received = () => recorded.spans.map(({ name }) => name);
  expect(await failuresOf(() => recorded, { received })).toEqual({});
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
    processor(context) {
      environments.push(context.env);
      return memory().processor(context);
    },
  });
  await exporterContract(create, { env: { KEY: 'x' } })[0]?.run();
  expect(environments).toEqual([{ KEY: 'x' }]);
});

describe('fails an exporter', () => {
  const base = memory();

  it('without a name, or with a password in its endpoint', async () => {
    const check = 'has a name, and an endpoint without user and password';
    expect(await failuresOf(brokenMemory({ name: '' }))).toHaveProperty(check);
    const failures = await failuresOf(brokenMemory({ endpoint: 'https://user:pass@host' }));
    expect(failures[check]).toContain('the endpoint shows no password');
  });

  it('that throws', async () => {
    const throwing = {
      ...base.processor({} as never),
      onEnd() {
        throw new Error('boom');
      },
    };
    expect(await failuresOf(brokenMemory({ processor: () => throwing }))).toHaveProperty([
      'accepts spans of every kind',
    ]);
  });

  it('that loses spans', async () => {
    const failures = await failuresOf(() => memory(), { received: () => [] });
    expect(failures['delivers ended spans at a flush']).toMatch(/span 'contract \d+' arrives 1 time, not 0/);
    expect(failures).toHaveProperty(['delivers queued spans at shutdown, and accepts a second shutdown']);
  });

  it('that delivers unsampled spans', async () => {
    const names: string[] = [];
    const processor = {
      ...base.processor({} as never),
      onEnd: ({ name }: { name: string }) => void names.push(name),
    };
    const create = (): Exporter => ({
      name: 'all',
      processor: () => processor,
      check: async () => ({ name: 'all', status: 'ok', message: 'fine' }),
    });
    const check = 'delivers spans of kept traces only';
    expect(await failuresOf(create, { received: () => names })).toEqual({
      [check]: expect.stringContaining('0 times, not 1'),
    });
    const receivesAll = (): Exporter => ({ ...create(), sees: 'every' });
    expect(await failuresOf(receivesAll, { received: () => names })).toEqual({});
  });

  it('that does not count unsampled spans', async () => {
    const stats = { ...memory().stats?.(), ended: 1, unsampled: 0, sent: 1 } as never;
    const failures = await failuresOf(brokenMemory({ stats: () => stats }));
    expect(failures['delivers spans of kept traces only']).toContain(
      'one span is counted as unsampled, not 0',
    );
  });

  it('that miscounts', async () => {
    const { stats } = memory();
    const wrong = { stats: () => ({ ...stats?.(), ended: 7 }) as never };
    expect(await failuresOf(brokenMemory(wrong))).toHaveProperty([
      'has statistics that add up at any moment',
    ]);
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
      processor(context) {
        servers.push(createServer().listen(0));
        return memory().processor(context);
      },
    });
    const checks = exporterContract(create, { limitMs: 0 });
    await expect(checks.at(-1)?.run()).rejects.toThrow('no resource stays open (open: TCP');
  });
});
