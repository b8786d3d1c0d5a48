import { type SpanStatus, SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { FaultReporter } from '../../../src/engine/fault-reporter.js';
import {
  copyLinks,
  sanitizeEvent,
  sanitizeLink,
  sanitizeName,
  sanitizeStatus,
} from '../../../src/engine/sanitize.js';
import { resolveSpanLimits } from '../../../src/engine/span-limits.js';
import { collectDiagnostics } from '../../support/captured-diagnostics.js';

const { OK, ERROR, UNSET } = SpanStatusCode;
const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
const limits = resolveSpanLimits({ attributePerEventCountLimit: 1, attributePerLinkCountLimit: 1 });
const throwing = new Proxy(
  {},
  {
    get() {
      throw new Error('get');
    },
  },
);

describe('sanitizeName', () => {
  it('converts any value to text', () => {
    expect([sanitizeName('a'), sanitizeName(7), sanitizeName(undefined)]).toEqual(['a', '7', 'undefined']);
  });
});

describe('sanitizeStatus', () => {
  it.each<[string, unknown, SpanStatus | undefined]>([
    ['OK without a message', { code: OK, message: 'm' }, { code: OK }],
    ['ERROR with its message', { code: ERROR, message: 'm' }, { code: ERROR, message: 'm' }],
    ['ERROR without a message that is not text', { code: ERROR, message: 7 }, { code: ERROR }],
    ['nothing for UNSET', { code: UNSET, message: 'm' }, undefined],
    ['nothing for an unknown code', { code: 9 }, undefined],
    ['nothing for null', null, undefined],
    ['nothing if a getter throws', throwing, undefined],
  ])('returns %s', (_, status, expected) => {
    expect(sanitizeStatus(status)).toEqual(expected);
  });
});

describe('sanitizeEvent', () => {
  it('counts the attributes beyond the limit', () => {
    const faults = new FaultReporter(collectDiagnostics().diagnostics);
    expect(sanitizeEvent('e', { a: 1, b: 2 }, [3, 4], { limits, faults })).toEqual({
      name: 'e',
      attributes: { a: 1 },
      time: [3, 4],
      droppedAttributesCount: 1,
    });
  });
});

describe('sanitizeLink', () => {
  it('counts the attributes beyond the limit, and omits empty attributes', () => {
    const faults = new FaultReporter(collectDiagnostics().diagnostics);
    expect(sanitizeLink({ context, attributes: { a: 1, b: 2 } }, limits, faults)).toEqual({
      context,
      attributes: { a: 1 },
      droppedAttributesCount: 1,
    });
    expect(Object.keys(sanitizeLink({ context, attributes: {} }, limits, faults) ?? {})).toEqual(['context']);
  });

  it.each([[null], [{}], [{ context: 'x' }], [throwing]])(
    'drops and reports a link without a context',
    link => {
      const { diagnostics, captured } = collectDiagnostics();
      expect(sanitizeLink(link, limits, new FaultReporter(diagnostics))).toBeUndefined();
      expect(captured.map(({ level, code }) => [level, code])).toEqual([['debug', 'link_dropped']]);
    },
  );
});

describe('copyLinks', () => {
  it('copies an array, and returns an empty list for anything else', () => {
    const links = [{ context }];
    expect(copyLinks(links)).toEqual(links);
    expect(copyLinks(links)).not.toBe(links);
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    for (const value of [undefined, null, {}, 'x', proxy]) expect(copyLinks(value)).toEqual([]);
  });
});
