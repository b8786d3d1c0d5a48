// Counts the work of the redactor. Its files run in a separate realm, in which regular expressions and strings count their
// steps.

import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { buildSync } from 'esbuild';
import type { createRedactor } from '../../../src/redact/redactor.js';
import type { SecretRedactor } from '../../../src/redact/secret-redactor.js';
import { countedExec } from '../counted-regexp.js';

/** Counts the work of a redactor. */
export interface WorkCounter {
  /**
   * Returns the steps of expressions, plus the characters that were read by methods of strings.
   *
   * @throws if the counted result of an expression differs from the engine's result
   */
  workOf(run: (redactor: SecretRedactor) => void): number;
  /** The sources of the expressions that were executed so far. */
  readonly expressions: ReadonlySet<string>;
}

/** Methods of strings that read the whole string. */
const READING_ALL = 'toLowerCase toUpperCase trim split replaceAll'.split(' ');
/** Methods that read one character. */
const READING_ONE = 'charCodeAt charAt codePointAt at slice substring'.split(' ');
/** Methods that read up to a match. */
const READING_TO_MATCH = ['indexOf', 'includes'];

/** Loads the redactor into a realm that counts. */
export function createWorkCounter(...options: Parameters<typeof createRedactor>): WorkCounter {
  let work = 0;
  const expressions = new Set<string>();
  const realm = createContext({
    require: createRequire(import.meta.url),
    module: { exports: {} },
    Buffer: {
      from(text: string, encoding: BufferEncoding) {
        work += text.length;
        return Buffer.from(text, encoding);
      },
    },
  });
  const prototypes = runInContext('({ expression: RegExp.prototype, text: String.prototype })', realm);
  countStringMethods(prototypes.text, steps => (work += steps));
  const { exec } = prototypes.expression;
  prototypes.expression.exec = function counted(this: RegExp, text: string): RegExpExecArray | null {
    const from = this.global || this.sticky ? this.lastIndex : 0;
    const { slots, steps } = countedExec(this, text, from);
    work += steps;
    expressions.add(this.source);
    const match: RegExpExecArray | null = exec.call(this, text);
    const groups = match?.map((_, index) =>
      slots?.[2 * index + 1] === undefined ? undefined : text.slice(slots[2 * index], slots[2 * index + 1]),
    );
    if (match?.index !== slots?.[0] || match?.some((group, index) => group !== groups?.[index])) {
      throw new Error(`wrong count: ${this} on ${JSON.stringify(text)} from ${from}`);
    }
    return match;
  };
  const redactor = load(realm)(...options);
  return {
    workOf(run) {
      work = 0;
      run(redactor);
      return work;
    },
    expressions,
  };
}

function load(realm: object): typeof createRedactor {
  const [output] = buildSync({
    entryPoints: [fileURLToPath(new URL('../../../src/redact/redactor.ts', import.meta.url))],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    write: false,
  }).outputFiles;
  runInContext(output?.text ?? '', realm);
  return runInContext('module.exports.createRedactor', realm);
}

type Methods = Record<string, (this: string, ...args: unknown[]) => unknown>;

function countStringMethods(methods: Methods, add: (steps: number) => void): void {
  const counted = (
    name: string,
    steps: (text: string, result: unknown, args: readonly unknown[]) => number,
  ): void => {
    const method = methods[name];
    methods[name] = function counting(...args) {
      const result = method?.apply(this, args);
      add(steps(String(this), result, args));
      return result;
    };
  };
  for (const name of READING_ONE) counted(name, () => 1);
  for (const name of READING_ALL) counted(name, text => text.length);
  for (const name of READING_TO_MATCH) {
    counted(name, (text, _, [part, from]) => {
      const start = typeof from === 'number' ? from : 0;
      const match = text.indexOf(String(part), start);
      // The engine compares a single character with many places at once.
      const read = (match < 0 ? Math.max(0, text.length - start) : match - start) + 1;
      return String(part).length === 1 ? Math.ceil(read / 32) : read;
    });
  }
  counted(
    'lastIndexOf',
    (text, result, [, from]) => 1 + (typeof from === 'number' ? from : text.length) - Number(result),
  );
  for (const name of ['startsWith', 'endsWith']) counted(name, (_, __, [part]) => String(part).length);
}
