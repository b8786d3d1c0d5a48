import { describe, expect, it } from 'vitest';
import { HYPHEN_PREFIXES, UNDERSCORE_PREFIXES } from '../../../../src/redact/rules/token-prefixes.js';
import { redactText } from '../../../support/redact/redact-text.js';

// Put together here, so that no secret scanner takes them for real tokens.
const BODY = 'a1'.repeat(8);

describe.each([
  ['_', UNDERSCORE_PREFIXES],
  ['-', HYPHEN_PREFIXES],
])('the prefixes with %s', (separator, prefixes) => {
  it('begin tokens that are redacted', () => {
    for (const prefix of prefixes) {
      expect(redactText(`used ${prefix}${separator}${BODY} once`)).toBe('used *** once');
    }
  });

  it('have at most 12 characters, because the search for the start of a token ends there', () => {
    expect(Math.max(...[...prefixes].map(prefix => prefix.length))).toBeLessThanOrEqual(12);
  });
});

it('the tokens of these vendors are recognised', () => {
  const vendors = {
    GitHub: ['ghp', 'gho', 'ghu', 'ghs', 'ghr', 'github_pat'],
    Stripe: ['sk_live', 'sk_test', 'rk_live', 'rk_test', 'whsec'],
    Shopify: ['shpat', 'shpca', 'shppa', 'shpss'],
    DigitalOcean: ['dop_v1', 'doo_v1', 'dor_v1'],
    Grafana: ['glc', 'glsa'],
    others: 'npm hf lin_api sntrys sntryu dckr_pat hcaik hcalk sbp sb_secret pscale_tkn nvapi ntn figd'.split(
      ' ',
    ),
  };
  expect([...UNDERSCORE_PREFIXES].sort()).toEqual(Object.values(vendors).flat().sort());
  const hyphenVendors = {
    OpenAI: ['sk'],
    GitLab: ['glpat', 'gldt', 'glrt', 'glcbt', 'glptt', 'glft', 'glagent', 'glsoat'],
    Slack: ['xoxa', 'xoxb', 'xoxe', 'xoxo', 'xoxp', 'xoxr', 'xoxs', 'xapp'],
    others: 'pypi key NRAK sq0atp sq0csp xkeysib xsmtpsib tskey PMAK'.split(' '),
  };
  expect([...HYPHEN_PREFIXES].sort()).toEqual(Object.values(hyphenVendors).flat().sort());
});
