// The redactor with its work counted: its files run in a realm of their own, whose expressions and texts count what is
// asked of them.

import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { buildSync } from 'esbuild';
import type { createRedactor } from '../../../src/redact/redactor.js';
import type { SecretRedactor } from '../../../src/redact/secret-redactor.js';
import { countedExec } from '../counted-regexp.js';

/** Counts what it costs to look for secrets. */
export interface Counting {
  /**
   * Steps of expressions, and characters that were read otherwise.
   *
   * @throws where an expression did not do what the engine's does
   */
  workOf(run: (redactor: SecretRedactor) => void): number;
  /** The sources of the expressions that were carried out until now. */
  readonly expressions: ReadonlySet<string>;
}

/** Methods of texts that read as many characters as the text is long, at most. */
const READING_ALL = 'toLowerCase toUpperCase trim split replaceAll'.split(' ');
const READING_ONE = 'charCodeAt charAt codePointAt at slice substring'.split(' ');
/** Methods that read up to what they find. */
const READING_ON = ['indexOf', 'includes'];

/** Loads the redactor in a realm that counts. */
export function counting(...options: Parameters<typeof createRedactor>): Counting {
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
  count(prototypes.text, steps => (work += steps));
  const { exec } = prototypes.expression;
  prototypes.expression.exec = function counted(this: RegExp, text: string): RegExpExecArray | null {
    const from = this.global || this.sticky ? this.lastIndex : 0;
    const { slots, steps } = countedExec(this, text, from);
    work += steps;
    expressions.add(this.source);
    const found: RegExpExecArray | null = exec.call(this, text);
    const groups = found?.map((_, index) =>
      slots?.[2 * index + 1] === undefined ? undefined : text.slice(slots[2 * index], slots[2 * index + 1]),
    );
    if (found?.index !== slots?.[0] || found?.some((group, index) => group !== groups?.[index])) {
      throw new Error(`counted wrong: ${this} on ${JSON.stringify(text)} from ${from}`);
    }
    return found;
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

type Methods = Record<string, (this: string, ...given: unknown[]) => unknown>;

function count(methods: Methods, add: (steps: number) => void): void {
  const counted = (
    name: string,
    steps: (text: string, answer: unknown, given: readonly unknown[]) => number,
  ): void => {
    const method = methods[name];
    methods[name] = function reading(...given) {
      const answer = method?.apply(this, given);
      add(steps(String(this), answer, given));
      return answer;
    };
  };
  for (const name of READING_ONE) counted(name, () => 1);
  for (const name of READING_ALL) counted(name, text => text.length);
  for (const name of READING_ON) {
    counted(name, (text, _, [part, from]) => {
      const start = typeof from === 'number' ? from : 0;
      const found = text.indexOf(String(part), start);
      // The engine looks for a single character at many places at once.
      const read = (found < 0 ? Math.max(0, text.length - start) : found - start) + 1;
      return String(part).length === 1 ? Math.ceil(read / 32) : read;
    });
  }
  counted(
    'lastIndexOf',
    (text, answer, [, from]) => 1 + (typeof from === 'number' ? from : text.length) - Number(answer),
  );
  for (const name of ['startsWith', 'endsWith']) counted(name, (_, __, [part]) => String(part).length);
}
