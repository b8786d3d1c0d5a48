import { describe, expect, it } from 'vitest';
import { blocksOf } from './markdown.js';

describe('fenced blocks', () => {
  it('are found with their mark and their line', () => {
    expect(blocksOf('text\n\n```ts\nconst a = 1;\n```\nmore\n```sh\nls\n```')).toEqual([
      { info: 'ts', code: 'const a = 1;', line: 4 },
      { info: 'sh', code: 'ls', line: 8 },
    ]);
  });

  it('may hold shorter fences, stand in a list, and be marked with more than a language', () => {
    expect(blocksOf('````md\n```ts\nx\n```\n````')).toEqual([{ info: 'md', code: '```ts\nx\n```', line: 2 }]);
    expect(blocksOf('- item\n  ```ts no-check\n  a\n    b\n  ```')).toEqual([
      { info: 'ts no-check', code: 'a\n  b', line: 3 },
    ]);
  });

  it('are not invented: an unclosed fence makes none', () => {
    expect(blocksOf('```ts\nlet a')).toEqual([]);
  });
});
