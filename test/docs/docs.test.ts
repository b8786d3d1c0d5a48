// The documentation is a tested product: its TypeScript compiles, its first commands work, and its links and paths lead to
// files that exist.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { anchorsOf, type Block, blocksOf } from './markdown.js';
import { PAGES } from './pages.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const AMBIENT = join(ROOT, 'test/docs/ambient.d.ts');
const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');
const isTypeScript = ({ info }: Block): boolean => /^(ts|tsx|mts|cts|typescript)\b/.test(info);

describe('the README', () => {
  it('opens with exactly two commands, each complete on a fresh machine', () => {
    const commands = blocksOf(textOf('README.md')).filter(({ info }) => info === 'sh');
    expect(commands.slice(0, 2).map(({ code }) => code)).toEqual([
      'npm ci && npm run demo',
      'npm ci && npm test',
    ]);
  });

  it('shows the program that the package test runs', () => {
    const program = readFileSync(join(ROOT, 'test/matrix/programs/readme.mjs'), 'utf8');
    const shown = blocksOf(textOf('README.md')).find(({ info }) => info === 'ts')?.code ?? '';
    expect(essence(program)).toContain(essence(shown));
  });
});

describe('TypeScript in the documentation', () => {
  it('is marked `ts` only, so that no block is left out of this check', () => {
    const marked = PAGES.flatMap(page =>
      blocksOf(textOf(page))
        .filter(block => isTypeScript(block) && block.info !== 'ts')
        .map(block => `${page}:${block.line} is marked \`${block.info}\``),
    );
    expect(marked).toEqual([]);
  });

  it('compiles, and a wrong option does not', () => {
    const wrong = "import { init } from '@do/trace';\ninit({ servce: 'orders' });";
    const blocks = PAGES.flatMap(page =>
      blocksOf(textOf(page))
        .filter(isTypeScript)
        .map(block => ({ page, block })),
    );
    expect(blocks.length).toBeGreaterThan(0);
    // One program for both: a check that accepts everything would always pass.
    const problems = problemsOf([
      ...blocks,
      { page: 'wrong.md', block: { info: 'ts', line: 10, code: wrong } },
    ]);
    expect(problems.filter(problem => problem.startsWith('wrong.md'))).toEqual([
      expect.stringMatching(/^wrong\.md:11: .*servce/),
    ]);
    expect(problems.filter(problem => !problem.startsWith('wrong.md'))).toEqual([]);
  });
});

describe('links in the documentation', () => {
  it.each(PAGES)('of %s lead to files and headings that exist', page => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(
      match => match[1] ?? '',
    );
    const lost = links.filter(link => {
      const [path = '', anchor] = link.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(ROOT, file))) return true;
      return anchor !== undefined && !anchorsOf(textOf(file)).includes(anchor);
    });
    expect(lost).toEqual([]);
  });

  it.each(PAGES)('and paths of the repository that %s names exist', page => {
    const paths = [...textOf(page).matchAll(/`((?:src|test|scripts|bench|examples|docs|\.ci)\/[\w./*-]*)`/g)]
      .map(match => match[1] ?? '')
      // `src/a/b.ts` and `<name>` are placeholders.
      .filter(path => !/\/a\/b\./.test(path));
    expect(paths.filter(path => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

/** Code without types, spaces, and parentheses around one parameter, for a comparison of two programs. */
function essence(code: string): string {
  const { outputText } = ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  return outputText
    .replace(/\((\w+)\) =>/g, '$1 =>')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Type-checks blocks, each as a module in the directory of its page. Returns lines of the form `page:line: message`. */
function problemsOf(blocks: readonly { readonly page: string; readonly block: Block }[]): string[] {
  const options = compilerOptions();
  const virtual = new Map(
    blocks.map(({ page, block }, index) => [
      join(ROOT, dirname(page), `.block-${index}.ts`),
      { page, block, text: `${block.code}\nexport {};\n` },
    ]),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = file => virtual.has(file) || fileExists.call(host, file);
  host.readFile = file => virtual.get(file)?.text ?? readFile.call(host, file);
  host.getSourceFile = (file, target, ...rest) => {
    const text = virtual.get(file)?.text;
    if (text === undefined) return getSourceFile.call(host, file, target, ...rest);
    return ts.createSourceFile(file, text, target);
  };
  const program = ts.createProgram([...virtual.keys(), AMBIENT], options, host);
  return ts.getPreEmitDiagnostics(program).flatMap(({ file, start, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, '\n');
    const origin = file && virtual.get(file.fileName);
    if (!file || origin === undefined) return file ? [] : [message];
    const { line } = file.getLineAndCharacterOfPosition(start ?? 0);
    return [`${origin.page}:${origin.block.line + line}: ${message}`];
  });
}

/** The compiler options of the repository, with every entry of the package mapped to its source. */
function compilerOptions(): ts.CompilerOptions {
  const base = ts.readConfigFile(join(ROOT, 'tsconfig.base.json'), file => readFileSync(file, 'utf8'));
  const { options } = ts.convertCompilerOptionsFromJson(base.config.compilerOptions, ROOT);
  const { exports } = JSON.parse(textOf('package.json')) as { exports: Record<string, unknown> };
  const paths: Record<string, string[]> = {};
  for (const [entry, target] of Object.entries(exports)) {
    if (typeof target === 'string') continue;
    const { default: file } = (target as { import: { default: string } }).import;
    const source = file.replace('./dist/esm/', '').replace(/\.js$/, '.ts');
    paths[`@do/trace${entry.slice(1)}`] = [`./${relative(ROOT, join(ROOT, 'src', source))}`];
  }
  return { ...options, paths, noEmit: true, configFilePath: join(ROOT, 'tsconfig.json') };
}
