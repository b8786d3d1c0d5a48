// The copies of @opentelemetry/api on disk: each registers and looks up what it traces with by its own version, and a copy
// that is newer than the one that registered gets nothing.

import type { Check } from '../core/check.js';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { sharesApi } from '../core/api-version.js';
import { fault, good } from './target.js';

/** One copy. */
export interface ApiCopy {
  readonly version: string;
  /** Its folder. */
  readonly path: string;
}

const API = '@opentelemetry/api';
const PNPM_API = '@opentelemetry+api@';
// More packages than this are not looked through: the application runs meanwhile.
const MAX_PACKAGES = 5_000;
const SHOWN = 4;

/**
 * Looks for copies in the `node_modules` of a folder and of those above it, nested ones and pnpm's store included.
 * Never rejects.
 *
 * @param directories where the application lives
 */
export async function findApiCopies(directories: readonly string[]): Promise<readonly ApiCopy[]> {
  const copies = new Map<string, ApiCopy>();
  const budget = { packages: MAX_PACKAGES };
  const seen = new Set<string>();
  for (const directory of directories) {
    for (let at = directory; ; at = dirname(at)) {
      await search(join(at, 'node_modules'), copies, budget, seen);
      if (dirname(at) === at) break;
    }
  }
  return [...copies.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Says what the copies mean. */
export function examineApiCopies(
  copies: readonly ApiCopy[],
  registered: string | undefined,
  from: string,
): Check {
  const name = 'api copies';
  const [first] = copies;
  if (first === undefined) {
    return { name, status: 'skipped', message: `no ${API} in node_modules: bundled, or installed elsewhere` };
  }
  const ours = registered ?? first.version;
  const lost = copies.filter(({ version }) => !sharesApi(version, ours));
  if (lost.length === 0) {
    const versions = [...new Set(copies.map(({ version }) => version))].join(', ');
    const count =
      copies.length === 1 ? `one copy of ${API}` : `${copies.length} copies of ${API} whose versions fit`;
    return good(name, `${count}: ${versions}`);
  }
  const shown = lost
    .slice(0, SHOWN)
    .map(({ version, path }) => `${version} in ${relative(from, path) || path}`);
  const more = lost.length > SHOWN ? ` and ${lost.length - SHOWN} more` : '';
  return fault(name, `copies of ${API} that do not work with ${ours}: ${shown.join('; ')}${more}`, {
    status: 'warning',
    why: 'Spans made through such a copy are lost without a message: it finds no tracer.',
    fix: "Install one version for all: 'npm ls @opentelemetry/api' shows who brings which; 'overrides' in package.json sets it.",
  });
}

async function search(
  modules: string,
  copies: Map<string, ApiCopy>,
  budget: { packages: number },
  seen: Set<string>,
): Promise<void> {
  const real = await realpath(modules).catch(() => undefined);
  if (real === undefined || seen.has(real)) return;
  seen.add(real);
  for (const folder of await packagesIn(real)) {
    if (budget.packages-- <= 0) return;
    if (folder === API) await add(join(real, folder), copies);
    else if (folder.startsWith(`.pnpm/${PNPM_API}`))
      await add(join(real, folder, 'node_modules', API), copies);
    else if (!folder.startsWith('.')) await search(join(real, folder, 'node_modules'), copies, budget, seen);
  }
}

/** The packages of one node_modules, scoped ones and pnpm's copies of the API among them; linked ones are not followed. */
async function packagesIn(modules: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await entries(modules)) {
    if (entry.name === '.pnpm') {
      const stored = await entries(join(modules, entry.name));
      found.push(
        ...stored.filter(({ name }) => name.startsWith(PNPM_API)).map(({ name }) => `.pnpm/${name}`),
      );
    } else if (entry.name.startsWith('@')) {
      const scoped = await entries(join(modules, entry.name));
      found.push(...scoped.map(({ name }) => `${entry.name}/${name}`));
    } else if (entry.isDirectory() && !entry.name.startsWith('.')) {
      found.push(entry.name);
    }
  }
  return found;
}

async function entries(folder: string): Promise<{ name: string; isDirectory(): boolean }[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    // Most folders that are asked for are not there.
    return [];
  }
}

async function add(folder: string, copies: Map<string, ApiCopy>): Promise<void> {
  try {
    const path = await realpath(folder);
    const { version } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as {
      version?: unknown;
    };
    if (typeof version === 'string') copies.set(path, { version, path });
  } catch {
    // A folder without a package is no copy.
  }
}
