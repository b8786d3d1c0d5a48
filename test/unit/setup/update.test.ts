import { beforeEach, describe, expect, it } from 'vitest';
import type { ResolvedConfig, ResolvedSample } from '../../../src/config/index.js';
import { createDiagnostics } from '../../../src/core/diagnostics.js';
import { createUpdate, type RuntimeSettings, type UpdateOptions } from '../../../src/setup/update.js';
import { problemsOf } from '../../support/problems-of.js';
import { collectingLogger } from '../../support/start-tracing.js';

let samples: ResolvedSample[];
let enabled: boolean[];
let changes: Partial<ResolvedConfig>[];
let lines: readonly string[];
let update: (options: UpdateOptions) => void;
let write: () => void;

function create(settings: RuntimeSettings | undefined): void {
  const collecting = collectingLogger();
  ({ lines } = collecting);
  const log = createDiagnostics({ logger: collecting.logger });
  update = createUpdate(settings, log, change => void changes.push(change));
  write = () => {
    for (const level of ['error', 'warn', 'info', 'debug'] as const) log[level](level);
  };
}

beforeEach(() => {
  [samples, enabled, changes] = [[], [], []];
  create({
    setSample: sample => void samples.push(sample),
    setEnabled: isEnabled => void enabled.push(isEnabled),
  });
});

it('changes the sampling', () => {
  update({ sample: 0.25 });
  expect(samples).toMatchObject([{ ratio: 0.25, keep: { holds: false } }]);
  expect(changes).toEqual([{ sample: samples[0] }]);
  expect(enabled).toEqual([]);
});

it.each([true, false])('changes the recording: enabled %s', isEnabled => {
  update({ enabled: isEnabled });
  expect([enabled, samples]).toEqual([[isEnabled], []]);
  expect(changes).toEqual([{ disabled: !isEnabled }]);
});

it.each([
  ['silent', []],
  ['error', ['error']],
  ['warn', ['error', 'warn']],
  ['info', ['error', 'warn', 'info']],
  ['debug', ['error', 'warn', 'info', 'debug']],
] as const)('changes the log level to %s', (logLevel, expected) => {
  update({ logLevel });
  write();
  expect(lines.map(line => line.split(' ')[0])).toEqual(expected);
  expect(changes).toEqual([{ logLevel: logLevel === 'silent' ? 'none' : logLevel }]);
});

it('changes nothing without a value', () => {
  update({});
  update({ sample: undefined, enabled: undefined, logLevel: undefined });
  Reflect.apply(update, undefined, []);
  expect([samples, enabled, changes, lines]).toEqual([[], [], [], []]);
});

describe('mistakes', () => {
  it.each([
    [{ sample: 5 }, 'sample'],
    [{ enabled: 1 }, 'enabled'],
    [{ logLevel: 'loud' }, 'logLevel'],
    [{ exporter: 'memory' }, 'exporter'],
    [null, 'options'],
    [7, 'options'],
  ])('%j is refused, and nothing is changed', (options, path) => {
    const given = typeof options === 'object' && options !== null ? { ...options } : options;
    expect(problemsOf(() => update(given as UpdateOptions)).map(problem => problem.path)).toEqual([path]);
    expect([samples, enabled, changes]).toEqual([[], [], []]);
  });

  it('one wrong option keeps the correct ones from being applied', () => {
    expect(problemsOf(() => update({ sample: 0.5, logLevel: 'debug', enabled: 'no' as never }))).toHaveLength(
      1,
    );
    expect([samples, changes]).toEqual([[], []]);
  });
});

describe('without a provider of this package', () => {
  beforeEach(() => create(undefined));

  it.each([{ sample: 1 }, { enabled: true }])('%j is reported, and changes nothing', options => {
    update(options);
    expect(lines.filter(line => line.endsWith('[update_unavailable]'))).toHaveLength(1);
    expect(changes).toEqual([]);
  });

  it('the log level changes', () => {
    update({ logLevel: 'error' });
    write();
    expect(lines).toEqual([expect.stringMatching(/^error/)]);
    expect(changes).toEqual([{ logLevel: 'error' }]);
  });
});
