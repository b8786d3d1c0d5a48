import { afterEach, describe, expect, it } from 'vitest';
import { memory } from '../../../src/exporters/index.js';
import { init, trace } from '../../../src/index.js';
import { problemCodesOf } from '../../support/problems-of.js';
import { firstRow } from '../../support/start-tracing.js';

const silent = (): void => {};
const logger = { error: silent, warn: silent, info: silent, debug: silent };

afterEach(async () => {
  await trace.shutdown();
});

describe('memory', () => {
  it('counts unsampled spans and does not keep them', () => {
    const recorded = memory();
    init({ exporter: recorded, instrument: false, exitHandlers: false, logger, sample: 0 });
    trace.span('work', () => {});
    expect(recorded.spans).toEqual([]);
    expect(firstRow()).toMatchObject({ sent: 0, dropped: {} });
  });

  it('keeps sampled spans in the order in which they ended, until reset', () => {
    const recorded = memory();
    init({ exporter: recorded, instrument: false, exitHandlers: false, logger });
    trace.span('outer', () => trace.span('inner', () => {}));
    expect(recorded.spans.map(span => span.name)).toEqual(['inner', 'outer']);
    recorded.reset();
    expect(recorded.spans).toEqual([]);
  });

  it('keeps the newest spans within its limit and counts the dropped ones', async () => {
    const recorded = memory({ maxSpans: 2 });
    init({ exporter: recorded, instrument: false, exitHandlers: false, logger });
    for (const name of ['a', 'b', 'c']) trace.span(name, () => {});
    expect(recorded.spans.map(span => span.name)).toEqual(['b', 'c']);
    expect(firstRow()).toMatchObject({ ended: 3, sent: 2, dropped: { queue_full: 1 } });
    expect((await recorded.check?.())?.status).toBe('ok');
  });

  it('refuses wrong options', () => {
    expect(problemCodesOf(() => memory({ maxSpans: 0, max: 1 } as object))).toEqual([
      'unknown_option memory.max',
      'out_of_range memory.maxSpans',
    ]);
    expect(problemCodesOf(() => memory(null as never))).toEqual(['wrong_type memory']);
  });
});
