// The declarations of the packed package under the oldest and the newest TypeScript, in each mode of module resolution, with
// every check of libraries on, and with and without the types of Node.js.

import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { install, pack, temporaryDirectory } from '../../../scripts/pack.mjs';
import { TYPESCRIPTS, typescript } from '../../../scripts/typescripts.mjs';

const CONSUMER = fileURLToPath(new URL('consumer', import.meta.url));
const require = createRequire(import.meta.url);
const directory = temporaryDirectory();
let app: string;

beforeAll(() => {
  app = install(pack(directory).tarball, directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Mode {
  readonly name: string;
  /** The extensions of the importing files. */
  readonly extensions: readonly string[];
  readonly options: (compiler: typeof ts) => ts.CompilerOptions;
}

const MODES: readonly Mode[] = [
  {
    name: 'nodenext',
    extensions: ['.mts', '.cts'],
    options: ({ ModuleKind, ModuleResolutionKind }) => ({
      module: ModuleKind.NodeNext,
      moduleResolution: ModuleResolutionKind.NodeNext,
    }),
  },
  {
    name: 'bundler',
    extensions: ['.ts'],
    options: ({ ModuleKind, ModuleResolutionKind }) => ({
      module: ModuleKind.ESNext,
      moduleResolution: ModuleResolutionKind.Bundler,
    }),
  },
  {
    name: 'node10',
    extensions: ['.ts'],
    options: ({ ModuleKind, ModuleResolutionKind, versionMajorMinor }) => ({
      module: ModuleKind.CommonJS,
      moduleResolution: ModuleResolutionKind.Node10,
      // TypeScript 6 warns that the mode will be removed.
      ...(versionMajorMinor.startsWith('6.') && { ignoreDeprecations: '6.0' }),
    }),
  },
];

/** The types around the package, and the programs that compile with them. */
interface Surroundings {
  readonly name: string;
  readonly consumers: readonly string[];
  readonly options: (typeRoot: string) => ts.CompilerOptions;
}

const WITH_NODE: Surroundings = {
  name: 'with the types of Node.js and without those of the browser',
  consumers: ['facade', 'entries', 'web', 'node'],
  options: typeRoot => ({ types: ['node'], typeRoots: [typeRoot], lib: ['lib.es2022.d.ts'] }),
};
// The declarations of @opentelemetry/api need `console`, which is in the library `dom`. It is on by default.
const WITHOUT_NODE: Surroundings = {
  name: 'without the types of Node.js',
  consumers: ['facade', 'entries', 'web'],
  options: () => ({ types: [], lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'] }),
};

/** Compiles consumers in the folder of the application. */
function compile(
  compiler: typeof ts,
  mode: Mode,
  consumers: readonly string[],
  options: ts.CompilerOptions,
): { problems: string[]; program: ts.Program } {
  const folder = join(app, `${compiler.version}-${mode.name}`);
  mkdirSync(folder, { recursive: true });
  const files = consumers.flatMap(consumer =>
    mode.extensions.map(extension => {
      const file = join(folder, consumer + extension);
      copyFileSync(join(CONSUMER, `${consumer}.ts`), file);
      return file;
    }),
  );
  const program = compiler.createProgram(files, {
    ...mode.options(compiler),
    ...options,
    target: compiler.ScriptTarget.ES2022,
    esModuleInterop: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  });
  const problems = compiler.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
    const message = compiler.flattenDiagnosticMessageText(messageText, '\n');
    return `${file === undefined ? '' : relative(app, file.fileName)}:${line} ${message}`;
  });
  return { problems, program };
}

describe.each(TYPESCRIPTS)('TypeScript $version', wanted => {
  let compiler: typeof ts;
  let typeRoot: string;
  beforeAll(async () => {
    const found = await typescript(wanted);
    compiler = require(found.compiler) as typeof ts;
    typeRoot = found.typeRoot;
  });

  describe.each(MODES)('with moduleResolution $name', mode => {
    it.each([WITH_NODE, WITHOUT_NODE])('compiles $name', ({ consumers, options }) => {
      expect(compile(compiler, mode, consumers, options(typeRoot)).problems).toEqual([]);
    });

    it('loads the facade from two files of this package at most, and nothing but the API besides', () => {
      const { program } = compile(compiler, mode, ['facade'], WITHOUT_NODE.options(typeRoot));
      const packages = program
        .getSourceFiles()
        .map(({ fileName }) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(fileName)?.[1])
        .filter(name => name !== undefined && name !== 'typescript');
      expect([...new Set(packages)].toSorted()).toEqual(['@do/trace', '@opentelemetry/api']);
      expect(packages.filter(name => name === '@do/trace').length).toBeLessThanOrEqual(2);
    });
  });
});
