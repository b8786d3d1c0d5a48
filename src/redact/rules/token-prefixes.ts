// The prefixes of vendors' tokens.

/** The prefixes that end with `_`, without it. */
export const UNDERSCORE_PREFIXES: ReadonlySet<string> = new Set(
  (
    'ghp gho ghu ghs ghr github_pat npm sk_live sk_test rk_live rk_test whsec hf dop_v1 doo_v1 dor_v1 shpat shpca ' +
    'shppa shpss glc glsa lin_api sntrys sntryu dckr_pat hcaik hcalk sbp sb_secret pscale_tkn nvapi ntn figd'
  ).split(' '),
);

/** The prefixes that end with `-`, without it. */
export const HYPHEN_PREFIXES: ReadonlySet<string> = new Set(
  'sk glpat gldt glrt glcbt glptt glft glagent glsoat xoxa xoxb xoxe xoxo xoxp xoxr xoxs xapp pypi key NRAK sq0atp sq0csp xkeysib xsmtpsib tskey PMAK'.split(
    ' ',
  ),
);
