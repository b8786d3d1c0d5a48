// The pages of the documentation, as paths from the root of the repository.

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const inFolder = (folder: string): string[] =>
  readdirSync(ROOT + folder)
    .toSorted()
    .filter(name => name.endsWith('.md'))
    .map(name => (folder === '' ? name : `${folder}/${name}`));

/** Every page. */
export const PAGES: readonly string[] = ['', 'docs', 'examples', 'examples/shop'].flatMap(inFolder);
