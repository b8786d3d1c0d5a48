// The pages of the documentation, as paths from the root of the repository.

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const inFolder = (folder: string): string[] =>
  readdirSync(ROOT + folder)
    .filter(name => name.endsWith('.md'))
    .map(name => (folder === '' ? name : `${folder}/${name}`));

/** Every page: those of the root and those of `docs/`. */
export const PAGES: readonly string[] = [...inFolder(''), ...inFolder('docs')].sort();
