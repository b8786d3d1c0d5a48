import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTraces } from '../../../src/analysis/index.js';
import { createExporterByName } from '../../../src/exporters/by-name.js';
import { file, memory } from '../../../src/exporters/index.js';
import { internalMembersOf } from '../../../src/exporters/started-exporter.js';
import { type Exporter, init, trace } from '../../../src/index.js';
import { createExporterContext } from '../../support/exporter-context.js';
import { problemCodesOf, problemsOf } from '../../support/problems-of.js';
import { makeSpan } from '../../support/spans.js';
import { firstRow } from '../../support/start-tracing.js';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'trace-file-'));
  path = join(directory, 'traces.jsonl');
});

afterEach(async () => {
  await trace.shutdown({ timeoutMs: 50 });
  delete process.env['DO_TRACE_FILE'];
  rmSync(directory, { recursive: true, force: true });
});

/** Starts tracing. Returns the messages of the log, which grows. */
function start(...exporter: Exporter[]): string[] {
  const messages: string[] = [];
  const collect = (message: string): void => void messages.push(message);
  const logger = { error: collect, warn: collect, info: () => {}, debug: () => {} };
  init({ service: 'orders', exporter, instrument: false, exitHandlers: false, logger });
  return messages;
}

describe('file', () => {
  it('writes lines that the analysis reads, with the recorded spans', async () => {
    const recorded = memory();
    const exporter = file({ path });
    const messages = start(exporter, recorded);
    trace.span('placeOrder', { attributes: { 'order.id': 7, list: [1, 2] } }, () =>
      trace.span('charge', () => {}),
    );
    await trace.flush();
    trace.span('second', () => {});
    await trace.flush();
    const text = readFileSync(path, 'utf8');
    expect(text.split('\n')).toHaveLength(3);
    const traces = readTraces(text);
    expect(traces.flatMap(each => each.spans.map(span => span.name))).toEqual(
      expect.arrayContaining(['placeOrder', 'charge', 'second']),
    );
    const [first] = traces;
    expect(first?.spans.find(span => span.name === 'placeOrder')).toMatchObject({
      service: 'orders',
      attributes: { 'order.id': 7, list: [1, 2] },
    });
    expect(first?.traceId).toBe(recorded.spans[0]?.spanContext().traceId);
    expect(firstRow()).toMatchObject({ exporter: 'file', ended: 3, sent: 3, queued: 0 });
    expect(exporter.endpoint).toBe(path);
    expect(messages).toEqual([]);
  });

  it('writes queued spans when the process exits', () => {
    const started = file({ path }).start(createExporterContext().context);
    started.processor.onEnd(makeSpan({ name: 'work' }));
    internalMembersOf(started).rescue?.();
    expect(readTraces(readFileSync(path, 'utf8'))[0]?.spans[0]?.name).toBe('work');
    expect(started.stats?.()).toMatchObject({ sent: 1, dropped: {} });
  });

  it('rotates the file at its maximum size, and keeps some backups', async () => {
    start(file({ path, maxBytes: 1, maxBackups: 2 }));
    for (let i = 0; i < 5; i++) {
      trace.span(`span ${i}`, () => {});
      await trace.flush();
    }
    const names = readdirSync(directory);
    expect(names).toHaveLength(3);
    expect(readTraces(readFileSync(path, 'utf8'))[0]?.spans[0]?.name).toBe('span 4');
  });

  it('reports a missing directory, and writes after it was created', async () => {
    path = join(directory, 'later', 'traces.jsonl');
    const exporter = file({ path });
    const messages = start(exporter);
    trace.span('work', () => {});
    await trace.flush();
    expect(messages[0]).toMatch(/its directory does not exist.*\[file_not_writable\]$/);
    expect(firstRow()).toMatchObject({ queued: 1, sent: 0 });
    expect(await exporter.check?.()).toMatchObject({
      status: 'error',
      code: 'file_not_writable',
      message: `${path}: its directory does not exist`,
      why: 'No span is written until the file can be written.',
      fix: 'Create it, or choose another path.',
      source: 'file',
    });
    mkdirSync(join(directory, 'later'));
    expect(await exporter.check?.()).toMatchObject({ status: 'ok' });
    await trace.flush();
    expect(firstRow()).toMatchObject({ queued: 0, sent: 1 });
  });

  it('checks whether the file can be written, without creating it', async () => {
    const exporter = file({ path });
    expect(await exporter.check?.()).toMatchObject({ status: 'error', code: 'not_started' });
    start(exporter);
    expect(await exporter.check?.()).toEqual({
      name: 'file',
      status: 'ok',
      message: `${path} can be written`,
    });
    expect(firstRow()).toMatchObject({ exporter: 'file', ended: 0 });
    expect(firstRow()).not.toHaveProperty('protocol');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('refuses a directory', async () => {
    const exporter = file({ path: directory });
    start(exporter);
    expect(await exporter.check?.()).toMatchObject({
      status: 'error',
      code: 'file_not_writable',
      message: `${directory}: the path is a directory`,
    });
  });

  it('writes to the file in DO_TRACE_FILE', async () => {
    process.env['DO_TRACE_FILE'] = path;
    const exporter = createExporterByName('file');
    start(exporter);
    trace.span('work', () => {});
    await trace.flush();
    expect(readTraces(readFileSync(path, 'utf8'))).toHaveLength(1);
  });

  it('refuses wrong options, all at once', () => {
    const options = { path: '', maxBytes: 0, maxBackups: -1 };
    expect(problemsOf(() => file(options)).map(({ path }) => path)).toEqual([
      'file.path',
      'file.maxBytes',
      'file.maxBackups',
    ]);
    expect(problemCodesOf(() => file({ path: 'a\0b', maxBytes: 1.5, maxBackups: '1' } as object))).toEqual([
      'wrong_type file.path',
      'out_of_range file.maxBytes',
      'wrong_type file.maxBackups',
    ]);
  });
});
