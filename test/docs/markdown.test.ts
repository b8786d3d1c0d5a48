import { describe, expect, it } from 'vitest';
import { anchorsOf, blocksOf, tablesOf } from './markdown.js';

describe('fenced blocks', () => {
  it('are found with their mark and their line', () => {
    expect(blocksOf('text\n\n```ts\nconst a = 1;\n```\nmore\n```sh\nls\n```')).toEqual([
      { info: 'ts', code: 'const a = 1;', line: 4 },
      { info: 'sh', code: 'ls', line: 8 },
    ]);
  });

  it('may hold shorter fences, be in a list, and have more than a language as their mark', () => {
    expect(blocksOf('````md\n```ts\nx\n```\n````')).toEqual([{ info: 'md', code: '```ts\nx\n```', line: 2 }]);
    expect(blocksOf('- item\n  ```ts no-check\n  a\n    b\n  ```')).toEqual([
      { info: 'ts no-check', code: 'a\n  b', line: 3 },
    ]);
  });

  it('need a closing fence', () => {
    expect(blocksOf('```ts\nlet a')).toEqual([]);
  });
});

describe('tables', () => {
  it('are found with their header and cells, outside of code', () => {
    const page =
      '```\n| no |\n|---|\n| x |\n```\n| a | b |\n|---|---|\n| 1 | 2 \\| 3 |\n| 4 | |\n\n| c |\n|---|\n';
    expect(tablesOf(page)).toEqual([
      {
        head: ['a', 'b'],
        rows: [
          ['1', '2 \\| 3'],
          ['4', ''],
        ],
      },
      { head: ['c'], rows: [] },
    ]);
  });
});

describe('anchors', () => {
  it('are those of GitHub', () => {
    expect(anchorsOf('# A title: `code` & more\n## http/json\n## Twice\n### Twice\n```\n# no\n```')).toEqual([
      'a-title-code--more',
      'httpjson',
      'twice',
      'twice-1',
    ]);
  });
});
