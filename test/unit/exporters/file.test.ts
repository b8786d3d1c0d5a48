import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTraces } from '../../../src/analysis/index.js';
import { exporterByName } from '../../../src/exporters/by-name.js';
import { file, memory } from '../../../src/exporters/index.js';
import { type Exporter, init, isTraceError, trace } from '../../../src/index.js';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'trace-file-'));
  path = join(directory, 'traces.jsonl');
});

afterEach(async () => {
  await trace.shutdown({ timeoutMs: 50 });
  delete process.env['TRACE_FILE'];
  rmSync(directory, { recursive: true, force: true });
});

function start(...exporter: Exporter[]): string[] {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const logger = { error: say, warn: say, info: () => {}, debug: () => {} };
  init({ service: 'orders', exporter, instrument: false, exitHandlers: false, logger });
  return lines;
}

describe('file', () => {
  it('writes lines that the analysis reads, with what was recorded', async () => {
    const recorded = memory();
    const exporter = file({ path });
    const lines = start(exporter, recorded);
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
    expect(exporter.stats?.()).toMatchObject({ exporter: 'file', ended: 3, sent: 3, queued: 0 });
    expect(exporter.endpoint).toBe(path);
    expect(lines).toEqual([]);
  });

  it('writes what is left when the process ends at once', () => {
    const exporter = file({ path });
    start(exporter);
    trace.span('work', () => {});
    exporter.controls?.()?.rescue();
    expect(readTraces(readFileSync(path, 'utf8'))[0]?.spans[0]?.name).toBe('work');
    expect(exporter.stats?.()).toMatchObject({ sent: 1, dropped: {} });
  });

  it('keeps the file within its size, and some that are full', async () => {
    start(file({ path, maxBytes: 1, maxBackups: 2 }));
    for (let i = 0; i < 5; i++) {
      trace.span(`span ${i}`, () => {});
      await trace.flush();
    }
    const names = readdirSync(directory);
    expect(names).toHaveLength(3);
    expect(readTraces(readFileSync(path, 'utf8'))[0]?.spans[0]?.name).toBe('span 4');
  });

  it('says once what is wrong and what to do, and writes when it is mended', async () => {
    path = join(directory, 'later', 'traces.jsonl');
    const exporter = file({ path });
    const lines = start(exporter);
    trace.span('work', () => {});
    await trace.flush();
    expect(lines[0]).toContain(
      `file (${path}): its directory does not exist; make it, or choose another \`path\``,
    );
    expect(exporter.stats?.()).toMatchObject({ queued: 1, sent: 0 });
    expect(await exporter.check()).toMatchObject({
      status: 'error',
      message: `${path}: its directory does not exist`,
      why: 'No span is written until it can be.',
      fix: 'Make it, or choose another `path`.',
    });
    mkdirSync(join(directory, 'later'));
    expect(await exporter.check()).toMatchObject({ status: 'ok' });
    await trace.flush();
    expect(exporter.stats?.()).toMatchObject({ queued: 0, sent: 1 });
  });

  it('looks whether the file can be written, without making it', async () => {
    const exporter = file({ path });
    expect(await exporter.check()).toMatchObject({ status: 'error', message: 'not started' });
    start(exporter);
    expect(await exporter.check()).toEqual({ name: 'file', status: 'ok', message: `${path} can be written` });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('tells a directory from a file', async () => {
    const exporter = file({ path: directory });
    start(exporter);
    expect(await exporter.check()).toMatchObject({
      status: 'error',
      message: `${directory}: this is a directory`,
    });
  });

  it('goes by its name to the file that TRACE_FILE names', async () => {
    process.env['TRACE_FILE'] = path;
    const exporter = exporterByName('file');
    start(exporter);
    trace.span('work', () => {});
    await trace.flush();
    expect(readTraces(readFileSync(path, 'utf8'))).toHaveLength(1);
  });

  it('refuses options of the wrong kind, all at once', () => {
    const options = { path: '', maxBytes: 0, maxBackups: -1 };
    try {
      file(options);
      expect.unreachable();
    } catch (error) {
      expect(isTraceError(error) && error.problems.map(problem => problem.path)).toEqual([
        'file.path',
        'file.maxBytes',
        'file.maxBackups',
      ]);
    }
  });
});
