// Two copies of the packed package in one process. Copies with the same layout share their state. A copy with another layout
// uses the OpenTelemetry API, and reports that once.

import { execFile } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { install, pack, temporaryDirectory } from '../../scripts/pack.mjs';
import { LAYOUT } from '../../src/core/global-state.js';

const run = promisify(execFile);
const directory = temporaryDirectory();
let app: string;

beforeAll(() => {
  app = install(pack(directory).tarball, directory);
  copyPackage('same', code => code);
  // A later version: another number.
  copyPackage('later', code =>
    changeShape(replace(code, `const LAYOUT = ${LAYOUT};`, `const LAYOUT = ${LAYOUT + 1};`)),
  );
  // The version before the first number.
  copyPackage('previous', code => changeShape(replace(code, '`@do/trace/${LAYOUT}`', "'@do/trace'")));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Copies the installed package beside the original, with another text of the file that holds the state. */
function copyPackage(name: string, change: (code: string) => string): void {
  const copy = join(app, 'node_modules/@do', name);
  cpSync(join(app, 'node_modules/@do/trace'), copy, { recursive: true });
  const file = join(copy, 'dist/cjs/chunks/facade.js');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

/** The object on globalThis has none of the members that this version knows. */
function changeShape(code: string): string {
  return replace(code, 'value: fresh,', 'value: { members: fresh },');
}

function replace(code: string, from: string, to: string): string {
  if (!code.includes(from)) throw new Error(`the built file does not contain ${from}`);
  return code.replaceAll(from, to);
}

/** Runs a program with the copies `first` and `second`. Returns its result and the codes of its warnings. */
async function runCopies(
  first: string,
  second: string,
  body: string,
): Promise<{ result: unknown; codes: string[] }> {
  const program = `(async () => {
    const load = name => require('./node_modules/@do/' + name + '/dist/cjs/index.js');
    const first = load('${first}');
    const second = load('${second}');
    const { memory } = require('./node_modules/@do/${first}/dist/cjs/exporters/index.js');
    const recorded = memory();
    const options = { exporter: recorded, instrument: false };
    const body = async () => { ${body} };
    console.log(JSON.stringify(await body()));
  })()`;
  const entries = Object.entries(process.env).filter(
    ([key]) => !/^(OTEL_|DO_TRACE|TRACE|NODE_OPTIONS$|VITEST)/.test(key),
  );
  const { stdout, stderr } = await run(process.execPath, ['-e', program], {
    cwd: app,
    env: Object.fromEntries(entries),
  });
  const codes = [...stderr.matchAll(/\[(\w+)\]$/gm)].map(match => match[1] ?? '');
  return { result: JSON.parse(stdout), codes };
}

const NESTED = `
  await first.trace.span('outer', async () => {
    await second.trace.span('middle', async () => first.trace.span('inner', async () => {}));
  });
  await first.trace.flush();
  return {
    names: recorded.spans.map(span => span.name),
    traces: new Set(recorded.spans.map(span => span.spanContext().traceId)).size,
    parents: recorded.spans.map(span => span.parentSpanContext?.spanId),
    ids: recorded.spans.map(span => span.spanContext().spanId),
  };`;

interface Nested {
  readonly names: string[];
  readonly traces: number;
  readonly parents: (string | undefined)[];
  readonly ids: string[];
}

function expectOneTrace(result: unknown): void {
  const { names, traces, parents, ids } = result as Nested;
  expect(names).toEqual(['inner', 'middle', 'outer']);
  expect(traces).toBe(1);
  expect(parents.slice(0, 2)).toEqual(ids.slice(1));
}

describe('a second copy', () => {
  it('with the same layout shares the state of the first', async () => {
    const body = `first.init(options); const same = second.init(options) === first.init(options); ${NESTED}`;
    const { result, codes } = await runCopies('trace', 'same', body);
    expectOneTrace(result);
    expect(codes).not.toContain('other_layout');
  });

  it.each(['later', 'previous'])(
    'with the layout of a %s version adds its spans to the same traces',
    async copy => {
      for (const [first, second] of [
        ['trace', copy],
        [copy, 'trace'],
      ] as const) {
        const { result, codes } = await runCopies(first, second, `first.init(options); ${NESTED}`);
        expectOneTrace(result);
        expect(codes).toEqual(['other_layout']);
      }
    },
  );

  it.each(['later', 'previous'])(
    'with the layout of a %s version reports once that its init() has no effect',
    async copy => {
      const body = `first.init(options); second.init({ exporter: [], instrument: false }); ${NESTED}`;
      const { result, codes } = await runCopies('trace', copy, body);
      expectOneTrace(result);
      expect(codes).toEqual(['other_layout']);
    },
  );

  it('with another layout is silent if neither has started', async () => {
    const body = "return second.trace.span('a', () => first.trace.span('b', () => 'done'));";
    expect(await runCopies('trace', 'later', body)).toEqual({ result: 'done', codes: [] });
  });
});
