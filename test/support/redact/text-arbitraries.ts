// Generators of texts that are made of parts of secrets and of ordinary texts.

import * as fc from 'fast-check';
import { ORDINARY_TEXTS } from '../../fixtures/redact/ordinary.js';
import { SECRETS } from '../../fixtures/redact/secrets.js';

/** Parts of the texts of the corpus. */
export const corpusPart: fc.Arbitrary<string> = partOf(
  [...SECRETS.map(each => each.text), ...ORDINARY_TEXTS],
  40,
);

/** Parts of these texts, up to a length. */
export function partOf(texts: readonly string[], maxLength: number): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...texts), fc.nat(200), fc.nat(maxLength))
    .map(([text, from, length]) => text.slice(from % text.length, (from % text.length) + length));
}

/** The parts of values that vary: numbers, ids, and texts that look like the start of a secret. */
export const variablePart: fc.Arbitrary<string> = fc.oneof(
  fc.nat(99_999_999).map(String),
  fc.stringMatching(/^[A-Za-z0-9_.-]{1,24}$/),
  fc.constantFrom(
    'ghp_',
    'sk-',
    'SG.',
    'eyJ',
    'hunter2',
    'AKIA',
    'token',
    'password=',
    'a=b',
    '',
    '-',
    '--pin',
    '--user',
    'hooks.slack.com',
    'discord.com',
    '@',
    '%3D',
  ),
);

/** The parts of values around the variable part. */
export const fixedPart: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '/orders/',
      '/v1/charges/',
      '?page=',
      '&id=',
      '/',
      '=',
      '?token=',
      '&sig=',
      ' ',
      ':',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'https://api.example',
      'https://',
      'https://hooks.slack.com/services',
      '/services/T01/B02/abcdefgh',
      '/api/webhooks/17/abcdefgh',
      '://',
      'user=ann',
      '?',
      '&x=1',
    ),
  },
  corpusPart,
);
