import { describe, expect, it, vi } from 'vitest';
import type { Diagnostic } from '../../../src/core/diagnostic.js';
import {
  createDiagnostics,
  type DiagnosticsOptions,
  addTextMethods,
  safeText,
  stderrLogger,
} from '../../../src/core/diagnostics.js';

const diagnostic: Diagnostic = { code: 'already_started', message: 'the message', fix: 'The fix.' };

function withLog(options: Partial<DiagnosticsOptions> = {}) {
  const lines: string[] = [];
  const write = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const logger = { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') };
  return { lines, diagnostics: createDiagnostics({ logger, ...options }) };
}

describe('report', () => {
  it('writes warnings and errors with fix and code, other levels with the message only', () => {
    const { lines, diagnostics } = withLog({ level: 'debug' });
    for (const level of ['error', 'warn', 'info', 'debug'] as const) diagnostics.report(level, diagnostic);
    expect(lines).toEqual([
      'error the message. The fix. [already_started]',
      'warn the message. The fix. [already_started]',
      'info the message',
      'debug the message',
    ]);
  });

  it.each([
    ['none', 0],
    ['error', 1],
    ['warn', 2],
    ['info', 3],
    ['debug', 4],
  ] as const)('level %s writes %d of four levels', (level, count) => {
    const { lines, diagnostics } = withLog({ level });
    for (const each of ['error', 'warn', 'info', 'debug'] as const) diagnostics.report(each, diagnostic);
    expect(lines).toHaveLength(count);
  });

  it('writes info by default, and no debug', () => {
    const { lines, diagnostics } = withLog();
    diagnostics.report('debug', diagnostic);
    diagnostics.report('info', diagnostic);
    expect(lines).toEqual(['info the message']);
  });
});

describe('the limit per minute', () => {
  it('withholds further messages and reports their number in the next minute', () => {
    let nowMs = 0;
    const { lines, diagnostics } = withLog({ perMinute: 2, nowMs: () => nowMs });
    for (let i = 0; i < 5; i++) diagnostics.report('warn', { ...diagnostic, message: String(i) });
    expect(lines).toHaveLength(2);
    nowMs = 59_999;
    diagnostics.report('warn', diagnostic);
    expect(lines).toHaveLength(2);
    nowMs = 60_000;
    diagnostics.report('warn', { code: 'started', message: 'later' });
    expect(lines.slice(2)).toEqual([
      'warn 4 further messages were withheld in the last minute [messages_withheld]',
      'warn later [started]',
    ]);
  });
});

describe('reportOnce', () => {
  it('writes the first diagnostic of each key', () => {
    const { lines, diagnostics } = withLog();
    diagnostics.reportOnce('a', 'warn', { code: 'started', message: '1' });
    diagnostics.reportOnce('a', 'warn', { code: 'started', message: '2' });
    diagnostics.reportOnce('b', 'warn', { code: 'started', message: '3' });
    expect(lines).toEqual(['warn 1 [started]', 'warn 3 [started]']);
  });

  it('keeps 1,000 keys and writes nothing for further ones', () => {
    const { lines, diagnostics } = withLog({ perMinute: Number.POSITIVE_INFINITY });
    for (let i = 0; i < 1_001; i++) diagnostics.reportOnce(`key ${i}`, 'warn', diagnostic);
    expect(lines).toHaveLength(1_000);
  });
});

describe('the text methods for exporters of the application', () => {
  it('write the text without a code', () => {
    const { lines, diagnostics } = withLog({ level: 'debug' });
    diagnostics.error('1');
    diagnostics.warn('2');
    diagnostics.info('3');
    diagnostics.debug('4');
    diagnostics.once('key', 'warn', '5');
    diagnostics.once('key', 'warn', '6');
    expect(lines).toEqual(['error 1', 'warn 2', 'info 3', 'debug 4', 'warn 5']);
  });

  it('reach report() with the code exporter_message', () => {
    const reported: unknown[] = [];
    const diagnostics = addTextMethods(
      (level, { code, message }) => void reported.push([level, code, message]),
      (key, level, { code, message }) => void reported.push([key, level, code, message]),
    );
    diagnostics.warn('a');
    diagnostics.once('key', 'error', 'b');
    expect(reported).toEqual([
      ['warn', 'exporter_message', 'a'],
      ['key', 'error', 'exporter_message', 'b'],
    ]);
  });
});

describe('a logger that fails', () => {
  const failing = (fail: () => unknown) => ({ error: fail, warn: fail, info: fail, debug: fail }) as never;

  it.each([
    [
      'throws',
      () => {
        throw new Error('full disk');
      },
    ],
    ['rejects', () => Promise.reject(new Error('full disk'))],
  ])('and %s is reported once on standard error', async (_, fail) => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const { diagnostics } = withLog({ logger: failing(fail) });
      diagnostics.report('warn', diagnostic);
      diagnostics.report('warn', diagnostic);
      await new Promise(setImmediate);
      expect(stderr.mock.calls.map(([line]) => line)).toEqual([
        '[trace] the logger given to init() threw Error: full disk for this message: the message. The fix. [already_started] [logger_failed]\n',
      ]);
    } finally {
      stderr.mockRestore();
    }
  });
});

describe('stderrLogger', () => {
  it('writes one prefixed line, and survives a closed standard error', () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      stderrLogger.info('a line');
      expect(stderr).toHaveBeenCalledWith('[trace] a line\n', expect.any(Function));
      stderr.mockImplementation(() => {
        throw new Error('EPIPE');
      });
      expect(() => stderrLogger.error('lost')).not.toThrow();
    } finally {
      stderr.mockRestore();
    }
  });
});

describe('safeText', () => {
  it.each([
    [new TypeError('bad'), 'TypeError: bad'],
    ['text', 'text'],
    [5, '5'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [
      {
        toString: () => {
          throw new Error('no');
        },
      },
      '[a value that cannot be shown]',
    ],
  ])('value %#', (value, text) => {
    expect(safeText(value)).toBe(text);
  });

  it('survives a revoked proxy', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(safeText(proxy)).toBe('[a value that cannot be shown]');
  });
});
