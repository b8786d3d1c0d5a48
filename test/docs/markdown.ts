// Fenced code blocks of a Markdown text.

/** One fenced block. */
export interface Block {
  /** What stands behind the opening fence: `ts`, `sh`. */
  readonly info: string;
  readonly code: string;
  /** The line of its first line of code, counted from 1. */
  readonly line: number;
}

/** All fenced blocks, in order; indentation of the fence is taken off the code. */
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
