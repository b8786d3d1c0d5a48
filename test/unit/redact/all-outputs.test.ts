// Every way out: of the corpus, planted in every position of a span, nothing readable leaves, and what is ordinary leaves
// as it was.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleTree, file, memory, otlp } from '../../../src/exporters/index.js';
import { init, trace } from '../../../src/index.js';
import { SECRETS } from '../../fixtures/redact/secrets.js';
import { receiving } from '../../support/receiving.js';
import {
  expectNoSecret,
  expectOnlyOrdinary,
  inJson,
  plain,
  PLANTED,
  plantCorpus,
} from '../../support/redact/plant-corpus.js';

const logger = { error() {}, warn() {}, info() {}, debug() {} };
const common = {
  service: 'test',
  attributes: { 'db.password': SECRETS.at(-1)?.secret ?? '' },
  instrument: false,
  exitHandlers: false,
  logger,
} as const;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'redact-'));
});

afterEach(async () => {
  await trace.shutdown({ timeoutMs: 50 });
  rmSync(directory, { recursive: true, force: true });
});

/** All that is in the files below a directory. */
function filesIn(path: string): Buffer {
  if (!existsSync(path)) return Buffer.alloc(0);
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).map(name => join(path, name));
  return Buffer.concat(files.filter(name => statSync(name).isFile()).map(name => readFileSync(name)));
}

describe('nothing readable leaves, and nothing ordinary is changed', () => {
  it.each([
    ['http/protobuf', plain],
    ['http/json', inJson],
  ] as const)('on the wire as %s', async (protocol, written) => {
    const { endpoint, bodies } = await receiving(200);
    init({ ...common, exporter: otlp({ endpoint, protocol, compression: 'none' }) });
    plantCorpus();
    await trace.flush({ timeoutMs: 60_000 });
    expect(trace.stats()).toMatchObject({ exporters: [{ sent: PLANTED }] });
    expectOnlyOrdinary(Buffer.concat(bodies), written, protocol);
  });

  it.each([
    ['always', {}],
    ['overflow', { maxQueueBytes: 16_384, maxChunkBytes: 4_096 }],
  ] as const)('in the files of a spool, mode %s, that nobody has taken', async (mode, limits) => {
    const { endpoint } = await receiving(503);
    init({
      ...common,
      exporter: otlp({ endpoint, compression: 'none' }),
      delivery: { ...limits, spool: { directory, mode } },
    });
    plantCorpus();
    const { exporters } = await trace.shutdown({ timeoutMs: 50 });
    expect(exporters).toMatchObject([{ sent: 0, spooled: PLANTED, dropped: {} }]);
    expectOnlyOrdinary(filesIn(directory), plain, `spool ${mode}`);
  });

  it('in the file, on the terminal, in memory', async () => {
    let tree = '';
    const recorded = memory();
    const stream = { write: (text: string) => ((tree += text), true) };
    init({
      ...common,
      exporter: [
        consoleTree({ stream, color: false, width: 400 }),
        file({ path: join(directory, 't.jsonl') }),
        recorded,
      ],
    });
    plantCorpus();
    await trace.flush({ timeoutMs: 60_000 });
    await trace.shutdown({ timeoutMs: 60_000 });

    expect(recorded.spans).toHaveLength(PLANTED);
    const kept = recorded.spans.map(each => [
      each.name,
      each.attributes,
      each.events,
      each.links,
      each.status,
    ]);
    expectOnlyOrdinary(filesIn(directory), inJson, 'file');
    expectOnlyOrdinary(Buffer.from(JSON.stringify(kept)), inJson, 'memory');
    // The tree shows what is of use to a reader, not all there is.
    expect(tree.length).toBeGreaterThan(10_000);
    expectNoSecret(Buffer.from(tree), plain, 'tree');
  });

  it('which would be noticed otherwise', async () => {
    init({ ...common, exporter: file({ path: join(directory, 't.jsonl') }), redact: false });
    plantCorpus();
    await trace.shutdown({ timeoutMs: 60_000 });
    const written = filesIn(directory);
    expect(() => expectNoSecret(written, inJson, 'file')).toThrow('file');
    expect(() => expectOnlyOrdinary(written.subarray(0, -100_000), inJson, 'file')).toThrow('file: changed');
  });
});
