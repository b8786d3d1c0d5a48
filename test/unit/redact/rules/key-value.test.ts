import { describe, expect, it } from 'vitest';
import type { KeyKind } from '../../../../src/redact/rules/key-classifier.js';
import { isNonSecretValue } from '../../../../src/redact/rules/key-value.js';
import { redactText } from '../../../support/redact/redact-text.js';

describe('a value behind the key of a secret', () => {
  it.each([
    ['?token=abc1&page=2', '?token=***&page=2'],
    ['?sig=abcdef1234&x=1', '?sig=***&x=1'],
    ['password: hunter2', 'password: ***'],
    ['password == "hunter2"', 'password == "***"'],
    ["'secret' => 'x1'", "'secret' => '***'"],
    ['password := hunter2;', 'password := ***;'],
    ['{"apiKey":"x1","n":1}', '{"apiKey":"***","n":1}'],
    ['{"apiKey":\n  "x1"}', '{"apiKey":\n  "***"}'],
    ['{\\"apiKey\\":\\"x1\\"}', '{\\"apiKey\\":\\"***\\"}'],
    ['%22pwd%22%3A%22x1%22', '%22pwd%22%3A%22***%22'],
    ['{"pin":4711,"n":1}', '{"pin":"***","n":1}'],
    ['{"tokens":["x1"],"n":1}', '{"tokens":"***","n":1}'],
    ["password=N'x1' AND", "password=N'***' AND"],
    ["password = crypt('x1', salt), b", 'password = ***, b'],
    ['Server=db;Password=my pass;Database=x', 'Server=db;Password=***;Database=x'],
    ['Password=my pass;Server=db', 'Password=***;Server=db'],
    ['Server=db;Pwd=my pass', 'Server=db;Pwd=***'],
    ['Authorization: Bearer x1y2z3\r\nHost: a', 'Authorization: ***\r\nHost: a'],
    ['Cookie: a=b; c="d, e"\nHost: a', 'Cookie: ***\nHost: a'],
    ['-H "Cookie: a=b; c=d" https://a', '-H "Cookie: ***" https://a'],
    ['-H \\"Cookie: a=b; c=d\\" https://a', '-H \\"Cookie: ***\\" https://a'],
    ['password=x1, then', 'password=***, then'],
    ['(password=x1).', '(password=***).'],
    ['next=%2Fa%3Ftoken%3Dx1%26b', 'next=%2Fa%3Ftoken%3D***%26b'],
  ])('%s', (text, redacted) => {
    expect(redactText(text)).toBe(redacted);
  });

  it.each([
    'Token::parse',
    'Authorization::verify(x1)',
    'token://a',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-db',
    't.token = s.token',
    'Invalid token: unexpected end',
    'token:user:42',
    'authorization: please sign in',
    'password: {password}',
    'password=<password>',
    '{"password":""}',
    'a sig=abcdef1234',
    'token={}',
  ])('none in %s', text => {
    expect(redactText(text)).toBe(text);
  });

  it('a column is only a name of a key', () => {
    expect(redactText('t.token = s.city')).toBe('t.token = ***');
  });
});

describe('a value that is no secret', () => {
  it.each<[string, KeyKind, boolean]>([
    ['', 'password', true],
    ['?', 'password', true],
    ['$1', 'password', true],
    [':name', 'password', true],
    ['@p0', 'password', true],
    ['%s', 'password', true],
    ['%(name)s', 'password', true],
    ['{name}', 'password', true],
    ['${NAME}', 'password', true],
    ['{{ name }}', 'password', true],
    ['<name>', 'password', true],
    ['***', 'password', true],
    ['[FILTERED]', 'password', true],
    ['...', 'password', true],
    ['…', 'password', true],
    ['True', 'password', true],
    ['undefined', 'token', true],
    ['hunter2', 'password', false],
    ['4711', 'password', false],
    ['4711', 'token', true],
    ['4711.5', 'token', true],
    ['1234567', 'token', true],
    ['12345678', 'token', false],
    ['DE', 'query', true],
    ['123456789', 'query', true],
    ['1234567890', 'query', false],
    ['a1', 'query', false],
    ['abc', 'header', false],
    ['*'.repeat(64), 'password', true],
    ['*'.repeat(65), 'password', false],
  ])('%j under a key of the kind %s: %s', (value, kind, expected) => {
    expect(isNonSecretValue(value, kind)).toBe(expected);
  });
});
