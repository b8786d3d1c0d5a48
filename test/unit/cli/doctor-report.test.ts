import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { formatJsonReport, formatReport, isAllGood } from '../../../src/cli/doctor-report.js';
import type { Check } from '../../../src/core/check.js';

describe('the page of the doctor', () => {
  const step = (status: Check['status'], more: Partial<Check> = {}): Check => ({
    name: 'span',
    status,
    message: 'a fact',
    ...more,
  });
  const page = (checks: readonly Check[], width = 80, color = false): string =>
    formatReport({ ok: true, checks }, { width, color, isImported: true });

  test('has no colour unless it is enabled, and is padded before it is coloured', () => {
    const checks = [step('ok'), step('warning', { name: 'clock', why: 'W.', fix: 'F.' })];
    const plain = page(checks);
    expect(plain).not.toContain('\u001b');
    expect(stripVTControlCharacters(page(checks, 80, true))).toBe(plain);
    expect(page(checks, 80, true)).toContain('\u001b[33m!\u001b[39m');
  });

  test('keeps to its width and does not break long words, so that they can be copied', () => {
    const url = `http://collector.example/${'x'.repeat(60)}`;
    const text = `${'word '.repeat(40)}${url}`;
    const lines = page([step('error', { message: text, why: text, fix: text })], 60).split('\n');
    expect(lines.filter(line => line.length > 60).map(line => line.trim())).toEqual([url, url, url]);
  });

  test('replaces control characters of a backend', () => {
    expect(page([step('error', { message: 'a\u001b[2Jb\nc' })])).toContain('a [2Jb c');
  });

  test.each<[Check['status'], boolean]>([
    ['ok', true],
    ['skipped', true],
    ['warning', false],
    ['error', false],
  ])('%s is good: %s', (status, isGood) => {
    expect(isAllGood({ checks: [step('ok'), step(status)] })).toBe(isGood);
    expect(page([step(status)]).includes('All good')).toBe(isGood);
    expect(JSON.parse(formatJsonReport({ ok: true, checks: [step(status)] }))).toMatchObject({
      allGood: isGood,
    });
  });

  test('shows the code of a check that is not ok, after its message', () => {
    const code = 'unauthorized';
    expect(page([step('error', { code })])).toContain('✗ span  a fact [unauthorized]\n');
    expect(page([step('warning', { code })])).toContain('! span  a fact [unauthorized]\n');
    expect(page([step('skipped', { code })])).toContain('· span  a fact [unauthorized]\n');
    expect(page([step('ok', { code })])).not.toContain('[unauthorized]');
  });

  test('shows reason and fix as they are, whatever sentences they hold', () => {
    const fix = 'Set the key. Its name ends with v1.2. Fix: none.';
    const lines = page([step('error', { why: 'No span arrives.', fix })]).split('\n');
    expect(lines.map(line => line.trim())).toEqual(
      expect.arrayContaining(['why  No span arrives.', `fix  ${fix}`]),
    );
    expect(page([step('skipped', { why: 'No span arrives.', fix })])).not.toContain('No span arrives.');
  });

  test('has a section for each exporter with its steps', () => {
    const checks: Check[] = [
      step('ok', { name: 'node', message: '20.20.2' }),
      { name: 'otlp', status: 'ok', message: 'spans arrive', steps: [step('ok', { name: 'dns' })] },
      { name: 'jaeger', status: 'ok', message: 'spans arrive', steps: [step('ok', { name: 'tls' })] },
    ];
    const lines = page(checks).split('\n');
    expect(lines.filter(line => /^\S/.test(line)).slice(1)).toEqual([
      'Set-up',
      'Exporter otlp',
      'Exporter jaeger',
      '✓ All good.',
    ]);
  });

  test('counts errors and warnings with their names, each name once, within the width', () => {
    const checks: Check[] = [
      step('warning', { name: 'variables' }),
      step('warning', { name: 'variables' }),
      { name: 'otlp', status: 'error', message: 'no span arrives', steps: [step('error', { name: 'dns' })] },
    ];
    expect(page(checks)).toContain('\n✗ 1 error (otlp dns), 2 warnings (variables)\n');
    expect(page(checks, 40)).toContain('\n✗ 1 error (otlp dns), 2 warnings\n  (variables)\n');
    expect(page(checks.slice(0, 1))).toContain('\n! 1 warning (variables)\n');
  });

  test('mentions --import if the environment was checked and has an error', () => {
    const options = { width: 80, color: false };
    const failed = { ok: false, checks: [step('error')] };
    expect(formatReport(failed, { ...options, isImported: false })).toContain('--import FILE');
    expect(formatReport(failed, { ...options, isImported: true })).not.toContain('--import');
    expect(formatReport({ ok: true, checks: [] }, { ...options, isImported: false })).not.toContain(
      '--import',
    );
  });

  test('uses at most 100 columns', () => {
    const text = 'word '.repeat(100).trim();
    const widest = Math.max(
      ...page([step('ok', { message: text })], 300)
        .split('\n')
        .map(line => line.length),
    );
    expect(widest).toBeLessThanOrEqual(100);
  });
});

describe('the JSON of the doctor', () => {
  test('is the report with allGood, with code and source of each check', () => {
    const checks: Check[] = [
      {
        name: 'request',
        status: 'error',
        code: 'unauthorized',
        message: 'the key is wrong',
        why: 'No span arrives.',
        fix: 'Check the key.',
        source: 'otlp',
      },
    ];
    expect(JSON.parse(formatJsonReport({ ok: false, checks, config: { exporters: [] } }))).toEqual({
      schema: 1,
      allGood: false,
      ok: false,
      checks,
      config: { exporters: [] },
    });
  });
});
