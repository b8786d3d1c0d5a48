// Other versions of TypeScript, each with types of Node.js that it can read. They are cached outside the repository.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'do-trace', 'typescript');

/** The versions that the declarations support, and the newest types of Node 20 for each. */
export const TYPESCRIPTS = [
  { version: '5.0.4', nodeTypes: '20.17.24' },
  { version: '5.4.5', nodeTypes: '20.19.43' },
  { version: '5.9.3', nodeTypes: '20.19.43' },
  { version: '6.0.3', nodeTypes: '20.19.43' },
];

/**
 * Returns the paths of a TypeScript and of its `@types`. Downloads both if they are not cached.
 *
 * @param {{ version: string, nodeTypes: string }} wanted one of {@link TYPESCRIPTS}
 * @returns {Promise<{ compiler: string, typeRoot: string }>}
 */
export async function typescript({ version, nodeTypes }) {
  const prefix = join(CACHE, version);
  const modules = join(prefix, 'node_modules');
  const wanted = [
    ['typescript', version],
    ['@types/node', nodeTypes],
  ];
  const isCached = () => wanted.every(([name, expected]) => versionIn(join(modules, name)) === expected);
  if (!isCached()) {
    rmSync(prefix, { recursive: true, force: true });
    mkdirSync(prefix, { recursive: true });
    writeFileSync(join(prefix, 'package.json'), '{ "private": true }\n');
    const packages = wanted.map(([name, expected]) => `${name}@${expected}`);
    const npm = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', ...packages];
    await run('npm', npm, { cwd: prefix, timeout: 300_000, shell: process.platform === 'win32' });
    if (!isCached()) throw new Error(`${packages.join(' and ')} cannot be installed`);
  }
  return { compiler: join(modules, 'typescript/lib/typescript.js'), typeRoot: join(modules, '@types') };
}

function versionIn(directory) {
  const manifest = join(directory, 'package.json');
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined;
}
