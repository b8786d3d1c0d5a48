// Every way out: of the corpus, planted in every position of a span, nothing readable leaves.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { consoleTree, type Exporter, file, memory } from '../../../src/exporters/index.js';
import { init, trace } from '../../../src/index.js';
import { SECRETS } from '../../fixtures/redact/secrets.js';
import { leakOf } from './leak.js';

/** Shorter ones are digits, as times and ids are; they are looked for text by text in the tests of the redactor. */
const LONG = SECRETS.filter(({ secret }) => secret.length >= 8);

const logger = { error() {}, warn() {}, info() {}, debug() {} };
const common = { service: 'test', instrument: false, exitHandlers: false, logger } as const;
const directory = mkdtempSync(join(tmpdir(), 'redact-'));

afterEach(async () => {
  await trace.shutdown();
  rmSync(directory, { recursive: true, force: true });
});

/** A destination that keeps what is sent to it. */
function sentTo(bodies: Uint8Array[]): Exporter {
  return {
    name: 'keeping',
    processor: context =>
      context.deliver({
        name: 'keeping',
        endpoint: new URL('http://collector.test/v1/traces'),
        shape: undefined,
        transport: {
          async send({ body }) {
            bodies.push(body);
            return { kind: 'answered', status: 200, body: new Uint8Array(0), wireBytes: body.length };
          },
          hold() {},
          close() {},
        },
      }).processor,
    check: async () => ({ name: 'keeping', status: 'ok', message: '' }),
  };
}

/** A span with the secret in every position that holds text. */
function plant(text: string, key: string | undefined): void {
  const attributes = key === undefined ? { note: text } : { [key]: text };
  const link = { context: { traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 }, attributes };
  const fail = (): void =>
    trace.span(key === undefined ? `work ${text}` : 'work', { attributes, links: [link] }, span => {
      span.setAttributes({
        ...attributes,
        nested: { deep: attributes } as never,
        list: key === undefined ? ['a', text] : ['a'],
      });
      span.addEvent(key === undefined ? `event ${text}` : 'event', attributes);
      if (key === undefined) throw new Error(text, { cause: new Error(`behind it: ${text}`) });
      throw new Error('failed');
    });
  expect(fail).toThrow();
}

describe('nothing readable leaves', () => {
  it('as protobuf, in the file, on the terminal, in memory', async () => {
    const bodies: Uint8Array[] = [];
    let tree = '';
    const recorded = memory();
    const stream = { write: (text: string) => ((tree += text), true) };
    init({
      ...common,
      attributes: { 'db.password': SECRETS.at(-1)?.secret ?? '' },
      exporter: [
        sentTo(bodies),
        consoleTree({ stream, color: false, width: 400 }),
        file({ path: join(directory, 't.jsonl') }),
        recorded,
      ],
    });
    for (const { text, key } of SECRETS) plant(text, key);
    await trace.flush();
    await trace.shutdown();

    expect(recorded.spans).toHaveLength(SECRETS.length);
    const written = readdirSync(directory).map(name => readFileSync(join(directory, name), 'utf8'));
    const kept = recorded.spans.map(each => [
      each.name,
      each.attributes,
      each.events,
      each.links,
      each.status,
    ]);
    const outputs = {
      protobuf: Buffer.concat(bodies).toString('latin1'),
      file: written.join(''),
      tree,
      memory: JSON.stringify(kept),
    };
    for (const [way, output] of Object.entries(outputs)) {
      expect(output.length, way).toBeGreaterThan(10_000);
      const leaks = LONG.filter(({ secret }) => leakOf(secret, output, 12) !== undefined).map(
        each => each.text,
      );
      expect(leaks, way).toEqual([]);
    }
  });
});
