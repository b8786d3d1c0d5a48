// Fenced code blocks and tables of a Markdown text.

/** One fenced block. */
export interface Block {
  /** The text after the opening fence: `ts`, `sh`. */
  readonly info: string;
  readonly code: string;
  /** The line of its first line of code, counted from 1. */
  readonly line: number;
}

/** All fenced blocks, in order. The indentation of the fence is removed from the code. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { fence: string; indent: number; info: string; line: number; code: string[] } | undefined;
  for (const [index, text] of markdown.split('\n').entries()) {
    const fence = /^(\s*)(`{3,}|~{3,})\s*(.*)$/.exec(text);
    if (open === undefined) {
      if (fence === null) continue;
      const [, indent = '', ticks = '', info = ''] = fence;
      open = { fence: ticks, indent: indent.length, info: info.trim(), line: index + 2, code: [] };
    } else if (fence !== null && fence[3] === '' && (fence[2] ?? '').startsWith(open.fence)) {
      blocks.push({ info: open.info, code: open.code.join('\n'), line: open.line });
      open = undefined;
    } else {
      open.code.push(text.slice(Math.min(open.indent, text.length - text.trimStart().length)));
    }
  }
  return blocks;
}

/** A table: the cells of its header and of its rows. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** All tables outside of code blocks, in order. */
export function tablesOf(markdown: string): Table[] {
  const lines = proseLines(markdown);
  const tables: Table[] = [];
  for (let index = 1; index < lines.length; index++) {
    if (!/^\|(?: *:?-+:? *\|)+$/.test(lines[index] ?? '')) continue;
    const rows: string[][] = [];
    for (let row = lines[index + 1]; row?.startsWith('|'); row = lines[++index + 1]) rows.push(cellsOf(row));
    tables.push({ head: cellsOf(lines[index - rows.length - 1] ?? ''), rows });
  }
  return tables;
}

/** The anchors of all headings, as GitHub forms them. */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  return proseLines(markdown).flatMap(line => {
    const heading = /^#{1,6} +(.*)$/.exec(line)?.[1];
    if (heading === undefined) return [];
    const anchor = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return [count === 0 ? anchor : `${anchor}-${count}`];
  });
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, line.lastIndexOf('|'))
    .split(/(?<!\\)\|/)
    .map(cell => cell.trim());
}

/** The lines outside of fenced blocks. */
function proseLines(markdown: string): string[] {
  return markdown.replace(/^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1\2[ \t]*$/gm, '').split('\n');
}
