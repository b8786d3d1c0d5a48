// Finds the copies of @opentelemetry/api on disk. Each copy registers and reads providers by its own version, and a copy that is
// newer than the registered one finds no provider.

import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { sharesApi } from '../core/api-version.js';
import type { Check } from '../core/check.js';
import { createFaultCheck, createOkCheck, createSkippedCheck } from './check-results.js';

/** A copy of the API. */
export interface ApiCopy {
  readonly version: string;
  /** The folder of the package. */
  readonly path: string;
}

const API = '@opentelemetry/api';
const PNPM_API = '@opentelemetry+api@';
// The application runs in the meantime, so the search stops after this number of packages.
const MAX_PACKAGES = 5_000;
const MAX_NAMED = 4;

/**
 * Finds the copies in the `node_modules` of directories and of their parents, in nested packages and in pnpm's store.
 * Never rejects.
 *
 * @param directories the directories of the application
 */
export async function findApiCopies(directories: readonly string[]): Promise<readonly ApiCopy[]> {
  const copies = new Map<string, ApiCopy>();
  const budget = { packages: MAX_PACKAGES };
  const seen = new Set<string>();
  for (const directory of directories) {
    for (let current = directory; ; current = dirname(current)) {
      await search(join(current, 'node_modules'), copies, budget, seen);
      if (dirname(current) === current) break;
    }
  }
  return [...copies.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Checks that the copies work together.
 *
 * @param copies the copies on disk
 * @param registered the version of the registered API; undefined if none is registered
 * @param from the working directory, for relative paths in the message
 */
export function checkApiCopies(
  copies: readonly ApiCopy[],
  registered: string | undefined,
  from: string,
): Check {
  const name = 'api copies';
  const [first] = copies;
  if (first === undefined) {
    return createSkippedCheck(name, {
      code: 'api_copies_unknown',
      message: `no ${API} in node_modules: it is bundled, or installed elsewhere`,
      source: 'node_modules',
    });
  }
  const version = registered ?? first.version;
  const incompatible = copies.filter(copy => !sharesApi(copy.version, version));
  if (incompatible.length === 0) {
    const versions = [...new Set(copies.map(copy => copy.version))].join(', ');
    const count =
      copies.length === 1 ? `one copy of ${API}` : `${copies.length} copies of ${API} whose versions fit`;
    return createOkCheck(name, `${count}: ${versions}`);
  }
  const named = incompatible
    .slice(0, MAX_NAMED)
    .map(copy => `${copy.version} in ${relative(from, copy.path) || copy.path}`);
  const more = incompatible.length > MAX_NAMED ? ` and ${incompatible.length - MAX_NAMED} more` : '';
  return createFaultCheck(
    name,
    {
      code: 'api_copies',
      message: `copies of ${API} that do not work with ${version}: ${named.join('; ')}${more}`,
      why: 'Spans that are created through such a copy are lost without a message, because it finds no tracer provider.',
      fix: `Install one version for all packages. 'npm ls ${API}' lists the copies; 'overrides' in package.json sets the version.`,
      source: 'node_modules',
    },
    'warning',
  );
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
  for (const folder of await listPackages(real)) {
    if (budget.packages-- <= 0) return;
    if (folder === API) await addCopy(join(real, folder), copies);
    else if (folder.startsWith(`.pnpm/${PNPM_API}`))
      await addCopy(join(real, folder, 'node_modules', API), copies);
    else if (!folder.startsWith('.')) await search(join(real, folder, 'node_modules'), copies, budget, seen);
  }
}

/** The packages of one node_modules, including scoped ones and pnpm's copies of the API. Links are not followed. */
async function listPackages(modules: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await listEntries(modules)) {
    if (entry.name === '.pnpm') {
      const stored = await listEntries(join(modules, entry.name));
      found.push(
        ...stored.filter(({ name }) => name.startsWith(PNPM_API)).map(({ name }) => `.pnpm/${name}`),
      );
    } else if (entry.name.startsWith('@')) {
      const scoped = await listEntries(join(modules, entry.name));
      found.push(...scoped.map(({ name }) => `${entry.name}/${name}`));
    } else if (entry.isDirectory() && !entry.name.startsWith('.')) {
      found.push(entry.name);
    }
  }
  return found;
}

async function listEntries(folder: string): Promise<{ name: string; isDirectory(): boolean }[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    // Most of the folders do not exist.
    return [];
  }
}

async function addCopy(folder: string, copies: Map<string, ApiCopy>): Promise<void> {
  try {
    const path = await realpath(folder);
    const { version } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as {
      version?: unknown;
    };
    if (typeof version === 'string') copies.set(path, { version, path });
  } catch {
    // A folder without a package.json is not a copy.
  }
}
