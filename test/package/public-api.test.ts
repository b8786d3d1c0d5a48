// The public surface of every entry against the report that is committed: a change of the surface is a change of a file
// under test/fixtures/api, visible in review. The reports are made of the built declarations.
// `UPDATE_API=1 npx vitest run test/package/public-api.test.ts` writes them anew.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { apiReport } from '../support/api-report.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const REPORTS = join(ROOT, 'test/fixtures/api');

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { require: { types: string } }>;
};
const ENTRIES = Object.entries(manifest.exports).flatMap(([name, target]) =>
  typeof target === 'string'
    ? []
    : [[name === '.' ? 'index' : name.slice(2), join(ROOT, target.require.types)] as const],
);

describe('the public API', () => {
  it.each(ENTRIES)('of the entry %s is as reported', (name, file) => {
    if (!existsSync(file)) throw new Error(`there is no ${file}: npm run build comes first`);
    const report = join(REPORTS, `${name}.d.ts`);
    const actual = apiReport(readFileSync(file, 'utf8'));
    if (process.env['UPDATE_API'] === '1') writeFileSync(report, actual);
    expect(actual).toBe(readFileSync(report, 'utf8'));
  });

  it('has a report for each entry and no other', () => {
    expect(readdirSync(REPORTS).toSorted()).toEqual(ENTRIES.map(([name]) => `${name}.d.ts`).toSorted());
  });
});
