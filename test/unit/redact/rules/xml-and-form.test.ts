import { describe, expect, it } from 'vitest';
import { redactText } from '../../../support/redact/redact-text.js';

describe('an element of XML', () => {
  it.each([
    ['<password>x1</password>', '<password>***</password>'],
    ['<wsse:Password Type="t">x1</wsse:Password>', '<wsse:Password Type="t">***</wsse:Password>'],
    ['<a><accessToken>x1</accessToken></a>', '<a><accessToken>***</accessToken></a>'],
    ['<password>x1', '<password>***'],
  ])('%s', (text, redacted) => {
    expect(redactText(text)).toBe(redacted);
  });

  it.each([
    '<city>Bonn</city>',
    '<code>x1</code>',
    '<password></password>',
    '<password>***</password>',
    '< password>x1</password>',
  ])('none in %s', text => {
    expect(redactText(text)).toBe(text);
  });
});

describe('a field of a form', () => {
  const form = (name: string, value: string, header = ''): string =>
    `Content-Disposition: form-data; name="${name}"\r\n${header}\r\n${value}\r\n--X`;

  it('is redacted up to the boundary', () => {
    expect(redactText(form('password', 'x1'))).toBe(form('password', '***').replace('***\r', '***'));
    expect(redactText(form('password', 'x1', 'Content-Type: text/plain\r\n'))).toContain('\r\n\r\n***\n--X');
    expect(redactText('; name="pin"\n\nx1')).toBe('; name="pin"\n\n***');
  });

  it('in JSON has escaped quotes and line ends', () => {
    const text = JSON.stringify(form('password', 'x1'));
    expect(redactText(text)).not.toContain('x1');
    expect(redactText(text)).toContain('--X');
  });

  it('with another name, or without an empty line, is unchanged', () => {
    for (const text of [
      form('city', 'Bonn'),
      '; name="password"; filename="x1"',
      '; name="password"\r\nx1',
    ]) {
      expect(redactText(text)).toBe(text);
    }
  });
});
