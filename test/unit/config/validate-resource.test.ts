import { resourceFromAttributes } from '@opentelemetry/resources';
import { describe, expect, it } from 'vitest';
import { validateInitOptions } from '../../../src/config/validate-init-options.js';
import { problemsOf } from '../../support/problems-of.js';

describe('the resource option', () => {
  it('takes attributes and detectors', () => {
    const detectors = [{ detect: () => ({}) }];
    const resource = { attributes: { team: 'shop' }, detectors };
    expect(validateInitOptions({ resource })).toEqual({ resource });
  });

  it('takes the attributes of a Resource of OpenTelemetry', () => {
    expect(validateInitOptions({ resource: resourceFromAttributes({ team: 'shop' }) })).toEqual({
      resource: { attributes: { team: 'shop' } },
    });
  });

  it.each<[unknown, string]>([
    ['team=shop', 'resource'],
    [{ attributes: [] }, 'resource.attributes'],
    [{ detectors: {} }, 'resource.detectors'],
    [{ detectors: ['aws'] }, 'resource.detectors[0]'],
    [{ detectors: [{}] }, 'resource.detectors[0]'],
  ])('refuses %j', (resource, path) => {
    expect(problemsOf(() => validateInitOptions({ resource }))).toMatchObject([{ code: 'wrong_type', path }]);
  });

  it('refuses an attribute at the top', () => {
    expect(problemsOf(() => validateInitOptions({ resource: { team: 'shop' } }))).toMatchObject([
      { code: 'unknown_option', path: 'resource.team' },
    ]);
  });
});
