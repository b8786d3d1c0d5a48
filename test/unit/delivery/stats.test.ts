import { expect, it } from 'vitest';
import { memory } from '../../../src/exporters/index.js';
import { trace } from '../../../src/index.js';
import type { Exporter, ExporterStats, InitOptions } from '../../../src/index.js';
import { withInternalMembers } from '../../../src/exporters/started-exporter.js';
import {
  exporterWith,
  firstRow,
  isolateTracing,
  processorWith,
  startTracing,
} from '../../support/start-tracing.js';

isolateTracing();

/** An exporter that receives unsampled spans, too, such as that of span metrics. */
const forEverySpan: Exporter = {
  ...exporterWith(),
  start: () => {
    const processor = processorWith();
    return withInternalMembers({ processor }, { processor, sees: 'every' });
  },
};

function countSpans(options: InitOptions): Pick<ExporterStats, 'ended' | 'unsampled'> | undefined {
  startTracing(options);
  trace.span('one', () => trace.span('two', () => {}));
  const row = firstRow();
  return row && { ended: row.ended, unsampled: row.unsampled };
}

it('a span that is not recorded is not counted', () => {
  expect(countSpans({ sample: 0 })).toEqual({ ended: 0, unsampled: 0 });
});

it('a span that is recorded and sampled is ended only', () => {
  expect(countSpans({ sample: 1 })).toEqual({ ended: 2, unsampled: 0 });
});

it('a span that is recorded for tail sampling is unsampled', () => {
  expect(countSpans({ sample: { ratio: 0, keep: {} } })).toEqual({ ended: 2, unsampled: 2 });
});

it('a span that is recorded for an exporter of every span is unsampled', () => {
  const recorded = memory();
  expect(countSpans({ sample: 0, exporter: [recorded, forEverySpan] })).toEqual({ ended: 2, unsampled: 2 });
});
