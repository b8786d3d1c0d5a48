import { describe, expect, it } from 'vitest';
import { redactText } from '../../../support/redact/redact-text.js';

describe('an option of a command line', () => {
  it.each([
    ['deploy --password hunter2 -v', 'deploy --password *** -v'],
    ["deploy --password 'hunter 2' -v", "deploy --password '***' -v"],
    ['["--token", "x1", "y"]', '["--token", "***", "y"]'],
    ['[\\"--token\\",\\"x1\\"]', '[\\"--token\\",\\"***\\"]'],
    ['curl -u ann:hunter2 https://a', 'curl -u ann:*** https://a'],
    ['curl -uann:hunter2 https://a', 'curl -uann:*** https://a'],
    ["curl --user 'ann:hunter2' https://a", "curl --user 'ann:***' https://a"],
    ['curl --proxy-user=ann:hunter2', 'curl --proxy-user=ann:***'],
    ['-u ann:hunter2', '-u ann:***'],
  ])('%s', (text, redacted) => {
    expect(redactText(text)).toBe(redacted);
  });

  it.each([
    'deploy --city Bonn',
    'deploy --code 17',
    'deploy ---password hunter2',
    'deploy --password --verbose',
    'deploy --password true',
    'curl -u ann https://a',
    'a-u ann:hunter2',
    'curl -u ann:*** https://a',
  ])('none in %s', text => {
    expect(redactText(text)).toBe(text);
  });
});

describe('a text of SQL', () => {
  it.each([
    ["CREATE USER ann IDENTIFIED BY 'x1'", "CREATE USER ann IDENTIFIED BY '***'"],
    [
      "CREATE USER ann IDENTIFIED WITH mysql_native_password BY 'x1'",
      "CREATE USER ann IDENTIFIED WITH mysql_native_password BY '***'",
    ],
    ["ALTER USER ann WITH PASSWORD 'x1'", "ALTER USER ann WITH PASSWORD '***'"],
    ["SET PASSWORD = PASSWORD('x1')", 'SET PASSWORD = ***'],
    ["WHERE token IN ('x1', 'y2') AND", 'WHERE token IN (***) AND'],
    ["WHERE secret NOT LIKE 'x1'", "WHERE secret NOT LIKE '***'"],
    ["WHERE u.secret ILIKE E'x1'", "WHERE u.secret ILIKE E'***'"],
    ["WHERE secret SIMILAR TO 'x1'", "WHERE secret SIMILAR TO '***'"],
    ["WHERE secret <> 'x1'", "WHERE secret <> '***'"],
    ['WHERE "token" IN (\'x1\')', 'WHERE "token" IN (***)'],
  ])('%s', (text, redacted) => {
    expect(redactText(text)).toBe(redacted);
  });

  it.each([
    "WHERE city IN ('Bonn', 'Ulm')",
    "WHERE sort LIKE 'key'",
    "ORDER BY 'x1'",
    "the token 'x1' is known",
    "password, 'x1'",
    "WHERE secret LIKE '***'",
  ])('none in %s', text => {
    expect(redactText(text)).toBe(text);
  });
});

describe('the values of an INSERT', () => {
  it.each([
    ["INSERT INTO u (name, password) VALUES ('ann', 'x1')", 'INSERT INTO u (name, password) VALUES (***)'],
    [
      "INSERT INTO u (id, api_key) VALUES (1, 'x'), (2, 'y') RETURNING id",
      'INSERT INTO u (id, api_key) VALUES (***) RETURNING id',
    ],
    ["insert into u (`password`) value ('x1')", 'insert into u (`password`) value (***)'],
    ['INSERT INTO u (name, pin) VALUES ($1, 4711)', 'INSERT INTO u (name, pin) VALUES (***)'],
  ])('%s', (text, redacted) => {
    expect(redactText(text)).toBe(redacted);
  });

  it.each([
    'INSERT INTO u (name, password) VALUES ($1, $2), (?, :p)',
    "INSERT INTO u (name, city) VALUES ('ann', 'Bonn')",
    "INSERT INTO u (name, code) VALUES ('ann', 'x1')",
  ])('none in %s', text => {
    expect(redactText(text)).toBe(text);
  });

  it('with more than 4,096 characters of columns is not examined', () => {
    const columns = (length: number): string => `${'a, '.repeat(2_000).slice(0, length - 8)}password`;
    const insert = (length: number): string => `INSERT INTO u (${columns(length)}) VALUES (1, 'x1')`;
    expect(redactText(insert(4_095))).toContain('VALUES (***)');
    expect(redactText(insert(4_096))).toContain("VALUES (1, 'x1')");
  });
});
