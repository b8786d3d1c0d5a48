import { describe, expect, it } from 'vitest';
import {
  DEFAULT_SITE,
  findSite,
  INTAKE_ENDPOINTS,
  getIntakeEndpoint,
  SITE_NAMES,
  suggestSite,
} from '../../../src/exporters/datadog-sites.js';

describe('findSite', () => {
  it.each(['https://app.datadoghq.eu/', 'app.datadoghq.eu', 'DATADOGHQ.EU', 'https://datadoghq.eu/apm?x=1'])(
    'accepts the address of a page: %s',
    text => expect(findSite(text)).toEqual({ app: 'app.datadoghq.eu', intake: 'otlp.datadoghq.eu' }),
  );

  it.each(['', 'datadog.com', 'constructor', 'us5'])('does not guess: %j', text => {
    expect(findSite(text)).toBeUndefined();
  });

  it('finds every name, and the default site', () => {
    for (const name of SITE_NAMES) expect(findSite(name), name).toBeDefined();
    expect(findSite('datadoghq.com')).toBe(DEFAULT_SITE);
  });
});

it.each([
  ['us5', 'us5.datadoghq.com'],
  ['EU1', 'datadoghq.eu'],
  ['gov', 'ddog-gov.com'],
  ['us1-fed', 'ddog-gov.com'],
  ['datadogh.com', 'datadoghq.com'],
  ['example.org', undefined],
])('suggestSite for %s returns %s', (text, suggestion) => {
  expect(suggestSite(text)).toBe(suggestion);
});

it('lists the endpoint of each site that has an intake', () => {
  expect(getIntakeEndpoint('otlp.datadoghq.com')).toBe('https://otlp.datadoghq.com/v1/traces');
  expect(INTAKE_ENDPOINTS).toContainEqual({
    name: 'DD_SITE=us3.datadoghq.com',
    endpoint: 'https://otlp.us3.datadoghq.com/v1/traces',
  });
  expect(INTAKE_ENDPOINTS.map(({ name }) => name)).not.toContain('DD_SITE=ddog-gov.com');
});
