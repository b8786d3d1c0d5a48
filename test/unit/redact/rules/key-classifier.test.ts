// Whether a key names a secret.

import { describe, expect, it } from 'vitest';
import { KeyClassifier } from '../../../../src/redact/rules/key-classifier.js';

describe('keys', () => {
  it.each([
    ['password', 'password'],
    ['user.password', 'password'],
    ['passwordConfirmation', 'password'],
    ['accessToken', 'token'],
    ['X-Api-Key', 'token'],
    ['APIKey', 'token'],
    ['GITHUB_TOKEN', 'token'],
    ['aws_access_key_id', 'token'],
    ['key_id', 'plain'],
    ['set-cookie', 'header'],
    ['http.request.header.authorization', 'header'],
    ['X-Amz-Signature', 'query'],
    ['code', 'query'],
    ['country_code', 'plain'],
    ['token_type', 'plain'],
    ['nextPageToken', 'plain'],
    ['session.id', 'plain'],
    ['session_id', 'token'],
    ['', 'plain'],
    ['🔑', 'plain'],
  ])('%s: %s', (key, verdict) => expect(new KeyClassifier().classify(key)).toBe(verdict));
});
