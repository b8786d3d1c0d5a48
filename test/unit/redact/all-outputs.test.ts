// Every output: with the corpus in every field of a span, no output holds a readable part of a secret, and every output holds
// the ordinary values unchanged.

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
  toJsonText,
  unchanged,
  CORPUS_SPANS,
  endCorpusSpans,
} from '../../support/redact/plant-corpus.js';

const logger = { error() {}, warn() {}, info() {}, debug() {} };
const common = {
  service: 'test',
  resource: { attributes: { 'db.password': SECRETS.at(-1)?.secret ?? '' } },
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

/** The contents of all files below a directory. */
function filesIn(path: string): Buffer {
  if (!existsSync(path)) return Buffer.alloc(0);
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).map(name => join(path, name));
  return Buffer.concat(files.filter(name => statSync(name).isFile()).map(name => readFileSync(name)));
}

describe('secrets are redacted and ordinary values are unchanged', () => {
  it.each([
    ['http/protobuf', unchanged],
    ['http/json', toJsonText],
  ] as const)('in requests as %s', async (protocol, encode) => {
    const { endpoint, bodies } = await receiving(200);
    init({ ...common, exporter: otlp({ endpoint, protocol, compression: 'none' }) });
    endCorpusSpans();
    await trace.flush({ timeoutMs: 60_000 });
    expect(trace.stats()).toMatchObject({ exporters: [{ sent: CORPUS_SPANS }] });
    expectOnlyOrdinary(Buffer.concat(bodies), encode, protocol);
  });

  it.each([
    ['always', {}],
    ['overflow', { maxQueueBytes: 16_384, maxChunkBytes: 4_096 }],
  ] as const)('in the files of a spool, mode %s', async (mode, limits) => {
    const { endpoint } = await receiving(503);
    init({
      ...common,
      exporter: otlp({ endpoint, compression: 'none' }),
      delivery: { ...limits, spool: { directory, mode } },
    });
    endCorpusSpans();
    const { exporters } = await trace.shutdown({ timeoutMs: 50 });
    expect(exporters).toMatchObject([{ sent: 0, spooled: CORPUS_SPANS, dropped: {} }]);
    expectOnlyOrdinary(filesIn(directory), unchanged, `spool ${mode}`);
  });

  it('in a file, on the terminal, in memory', async () => {
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
    endCorpusSpans();
    await trace.flush({ timeoutMs: 60_000 });
    await trace.shutdown({ timeoutMs: 60_000 });

    expect(recorded.spans).toHaveLength(CORPUS_SPANS);
    const kept = recorded.spans.map(each => [
      each.name,
      each.attributes,
      each.events,
      each.links,
      each.status,
    ]);
    expectOnlyOrdinary(filesIn(directory), toJsonText, 'file');
    expectOnlyOrdinary(Buffer.from(JSON.stringify(kept)), toJsonText, 'memory');
    // The tree shows a part of each span.
    expect(tree.length).toBeGreaterThan(10_000);
    expectNoSecret(Buffer.from(tree), unchanged, 'tree');
  });

  it('the test fails without redaction, and for a missing value', async () => {
    init({ ...common, exporter: file({ path: join(directory, 't.jsonl') }), redact: false });
    endCorpusSpans();
    await trace.shutdown({ timeoutMs: 60_000 });
    const output = filesIn(directory);
    expect(() => expectNoSecret(output, toJsonText, 'file')).toThrow('file');
    expect(() => expectOnlyOrdinary(output.subarray(0, -100_000), toJsonText, 'file')).toThrow(
      'file: changed',
    );
  });
});
