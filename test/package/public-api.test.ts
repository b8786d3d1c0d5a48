// Compares the public API of every entry with the committed report in test/fixtures/api, so that a change is visible in review.
// `UPDATE_API=1 npx vitest run test/package/public-api.test.ts` writes the report.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { apiReport } from '../support/api-report.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const REPORTS = join(ROOT, 'test/fixtures/api');

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { import: { default: string } }>;
};
const entries = Object.entries(manifest.exports).flatMap(([name, target]) =>
  typeof target === 'string' || name === './register'
    ? []
    : [[name === '.' ? 'index' : name.slice(2), sourceOf(target.import.default)] as const],
);

describe('the public API', () => {
  const program = createProgram(entries.map(([, file]) => file));
  it.each(entries)('of the entry %s is as reported', (name, file) => {
    const report = join(REPORTS, `${name}.txt`);
    const actual = apiReport(program, file);
    if (process.env['UPDATE_API'] === '1') writeFileSync(report, actual);
    expect(actual).toBe(readFileSync(report, 'utf8'));
  });
});

function createProgram(files: readonly string[]): ts.Program {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), path => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  return ts.createProgram({ rootNames: files, options });
}

function sourceOf(built: string): string {
  return join(ROOT, built.replace('./dist/esm/', 'src/').replace(/\.js$/, '.ts'));
}
