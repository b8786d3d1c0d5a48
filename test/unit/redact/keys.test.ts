// Whether a key names a secret.

import { describe, expect, it } from 'vitest';
import { KeyRules } from '../../../src/redact/keys.js';

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
  ])('%s: %s', (key, verdict) => expect(new KeyRules().verdict(key)).toBe(verdict));

  it('may end where each key of a secret ends, whatever follows', () => {
    const rules = new KeyRules();
    for (const key of [
      'password',
      'PASSWORD2',
      'api_key',
      'connect.sid',
      'sid',
      'sessionId',
      'user[password]',
      'secret_v2',
    ]) {
      expect(rules.mayEndAt(`${key}=`, key.length), key).toBe(true);
    }
    expect(rules.mayEndAt('file.js:12', 7)).toBe(false);
    expect(rules.mayEndAt('file.js:12:', 10)).toBe(false);
  });
});
