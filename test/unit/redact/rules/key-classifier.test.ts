import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../../src/redact/redactor.js';
import { KeyClassifier } from '../../../../src/redact/rules/key-classifier.js';
import { unexpectedFault } from '../../../support/redact/redact-text.js';

describe('the kind of a key', () => {
  it.each([
    ['password', 'password'],
    ['user.password', 'password'],
    ['passwordConfirmation', 'password'],
    ['password_hash_v2', 'password'],
    ['password2', 'password'],
    ['dbpassword', 'password'],
    ['card_number', 'password'],
    ['accessToken', 'token'],
    ['X-Api-Key', 'token'],
    ['APIKey', 'token'],
    ['DBAPIKEY', 'token'],
    ['GITHUB_TOKEN', 'token'],
    ['aws_access_key_id', 'token'],
    ['key_id', 'plain'],
    ['set-cookie', 'header'],
    ['http.request.header.authorization', 'header'],
    ['X-Amz-Signature', 'query'],
    ['code', 'query'],
    ['country_code', 'plain'],
    ['token_type', 'plain'],
    ['max_tokens', 'plain'],
    ['nextPageToken', 'plain'],
    ['next_page_result_token', 'token'],
    ['session.id', 'plain'],
    ['session_id', 'token'],
    ['sid', 'token'],
    ['PWD', 'plain'],
    ['pwd', 'password'],
    ['hash', 'plain'],
    ['v2', 'plain'],
    ['author', 'plain'],
    ['', 'plain'],
    ['🔑', 'plain'],
  ])('%s: %s', (key, kind) => {
    expect(new KeyClassifier().classify(key)).toBe(kind);
  });

  it('is the same for a repeated key, and for more keys than the cache holds', () => {
    const classifier = new KeyClassifier();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 3_000; i++) {
        expect(classifier.classify(`k${i}.password`)).toBe('password');
        expect(classifier.classify(`k${i}.city`)).toBe('plain');
      }
    }
  });

  it('of a long key is that of its last 128 characters', () => {
    const classifier = new KeyClassifier();
    expect(classifier.classify(`${'a'.repeat(10_000)}.password`)).toBe('password');
    expect(classifier.classify(`password${'.a'.repeat(100)}`)).toBe('plain');
  });
});

describe('the keys of the user', () => {
  it('match as strings in any style and at the end, and as expressions as they are written', () => {
    const { attributes, text } = createRedactor({ keys: ['customerEmail', /^x\./g] }, unexpectedFault);
    const given = {
      'customer.email': 'a',
      my_customer_EMAIL: 'b',
      email: 'c',
      'x.1': 'd',
      'x.2': 'e',
      'y.x.': 'f',
    };
    const redacted = {
      ...given,
      'customer.email': '***',
      my_customer_EMAIL: '***',
      'x.1': '***',
      'x.2': '***',
    };
    expect(attributes(given)).toEqual(redacted);
    expect(attributes(given)).toEqual(redacted);
    expect(text('{"customerEmail":"ann"}')).toBe('{"customerEmail":"***"}');
  });

  it('are passwords', () => {
    const classifier = new KeyClassifier(['iban', /^y/y]);
    expect(['iban', 'my.iban', 'IBAN', 'yes', 'my'].map(key => classifier.classify(key))).toEqual([
      'password',
      'password',
      'password',
      'password',
      'plain',
    ]);
  });

  it('can consist of other characters than letters', () => {
    const classifier = new KeyClassifier(['🔑']);
    expect(['🔑', '💡', 'city'].map(key => classifier.classify(key))).toEqual(['password', 'plain', 'plain']);
  });

  it('any sign is a candidate place only with keys of the user', () => {
    expect(new KeyClassifier().candidates.hasCandidate('city=Bonn, street=Some long street')).toBe(false);
    expect(new KeyClassifier(['iban']).candidates.hasCandidate('city=Bonn, street=Some long street')).toBe(
      true,
    );
  });
});
