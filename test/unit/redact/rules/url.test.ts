import { describe, expect, it } from 'vitest';
import { redactText } from '../../../support/redact/redact-text.js';

describe('user info in a URL', () => {
  it.each([
    ['https://ann:secret@host/path', 'https://***@host/path'],
    ['https://token@host', 'https://***@host'],
    ['wss://token@host', 'wss://***@host'],
    ['postgres://app:p@ss/word@db/shop', 'postgres://***@db/shop'],
    ['postgres://app:p@db:5432,db2:5432/shop', 'postgres://***@db:5432,db2:5432/shop'],
    ['redis://:pass@cache:6379/0', 'redis://***@cache:6379/0'],
    ['"https:\\/\\/ann:secret@host\\/path"', '"https:\\/\\/***@host\\/path"'],
    ['https%3A%2F%2Fann%3Asecret%40host', 'https%3A%2F%2F***%40host'],
    ['https%253A%252F%252Fann%253Asecret%2540host', 'https%253A%252F%252F***%2540host'],
    ['a://b:c@d and e://f:g@h', 'a://***@d and e://***@h'],
    [`https://${'*'.repeat(65)}@host`, 'https://***@host'],
  ])('%s', (text, redacted) => {
    expect(redactText(text)).toBe(redacted);
  });

  it.each([
    'ssh://git@host/a.git',
    'postgres://app@db:5432/shop',
    'https://host:8080/a@b',
    'https://host/?q=a@b',
    'https://***:***@host',
    'https://${USER}@host',
    `https://${'*'.repeat(64)}@host`,
    `behind a long text, ${'word '.repeat(20)}https://***:***@host`,
    String.raw`https://host\na@b`,
    'https://REDACTED:REDACTED@host',
    'http://localhost:8080',
    'https://@host',
    'https%3A%2F%2Fhost%2Fa%40b',
  ])('none in %s', text => {
    expect(redactText(text)).toBe(text);
  });
});

describe('the path of a webhook', () => {
  it.each([
    ['https://hooks.slack.com/services/T0/B0/abcdef', 'https://hooks.slack.com/services/***'],
    ['https://hooks.slack.com/workflows/T0/B0/abcdef?x=1', 'https://hooks.slack.com/workflows/***?x=1'],
    ['https://hooks.slack.com/triggers/T0/B0/abcdef', 'https://hooks.slack.com/triggers/***'],
    ['https://discord.com/api/webhooks/17/abcdefgh', 'https://discord.com/api/webhooks/17/***'],
    ['https://discordapp.com/api/webhooks/17/abcdefgh', 'https://discordapp.com/api/webhooks/17/***'],
    ['https://api.telegram.org/bot12:abcdef/sendMessage', 'https://api.telegram.org/bot***/sendMessage'],
    ['https://api.telegram.org/file/bot12:abcdef/a', 'https://api.telegram.org/file/bot***/a'],
  ])('%s', (text, redacted) => {
    expect(redactText(text)).toBe(redacted);
  });

  it.each([
    'https://hooks.slack.com/services/T0/B0/a',
    'https://hooks.slack.com/other/T0/B0/abcdef',
    'https://discord.com/channels/17/abcdefgh',
    'https://example.com/services/T0/B0/abcdef',
    'https://api.telegram.org/bot1234567',
  ])('none in %s', text => {
    expect(redactText(text)).toBe(text);
  });
});
