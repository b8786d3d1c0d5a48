// Reads the prose of the documentation, of comments and of messages, and counts words that make it hard to read.

import ts from 'typescript';

/** A piece of prose with its place. */
export interface Passage {
  readonly file: string;
  /** The first line, counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** Groups of words that make prose hard to read if they are frequent. */
export const WORD_GROUPS = {
  'say/tell': /\b(?:say|says|said|saying|tell|tells|told|telling)\b/gi,
  stand: /\b(?:stand|stands|stood)\b/gi,
  'what-clauses': /\bwhat (?:is|was|are|were|has|had|it|they|becomes|became|comes|can|cannot)\b/gi,
  'who/nobody': /\b(?:who|nobody|somebody|whoever|anybody)\b/gi,
} as const;

/** The name of a word group. */
export type WordGroup = keyof typeof WORD_GROUPS;

/** The figures of some passages. */
export interface ProseFigures {
  readonly words: number;
  /** Occurrences of each group per 1,000 words. */
  readonly perThousand: Readonly<Record<WordGroup, number>>;
  readonly semicolonsPer100Sentences: number;
}

/**
 * Counts words, the word groups and semicolons.
 *
 * @param passages what to count in
 */
export function proseFigures(passages: readonly Passage[]): ProseFigures {
  const count = (expression: RegExp): number =>
    passages.reduce((sum, { text }) => sum + (text.match(expression)?.length ?? 0), 0);
  const words = count(/[A-Za-z][A-Za-z'-]*/g);
  const groups = Object.entries(WORD_GROUPS).map(([name, expression]) => [
    name,
    (count(expression) * 1_000) / Math.max(1, words),
  ]);
  return {
    words,
    perThousand: Object.fromEntries(groups) as Record<WordGroup, number>,
    semicolonsPer100Sentences: (count(/;/g) * 100) / Math.max(1, count(/[.!?](?=\s|$)/g)),
  };
}

/**
 * Lists the passages in which a group occurs, as `file:line: text`.
 *
 * @param passages where to look
 * @param expression a group, or any other expression
 */
export function occurrences(passages: readonly Passage[], expression: RegExp): string[] {
  return passages.flatMap(({ file, line, text }) =>
    text
      .split('\n')
      .flatMap((each, index) =>
        each.search(expression) < 0 ? [] : [`${file}:${line + index}: ${each.trim()}`],
      ),
  );
}

/**
 * The prose of a Markdown page: without code, link targets and HTML comments.
 *
 * @param file the name of the page
 * @param markdown its text
 */
export function proseOfMarkdown(file: string, markdown: string): Passage[] {
  const text = markdown
    .replace(/^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1\2[ \t]*$/gm, blank)
    .replace(/<!--[\s\S]*?-->/g, blank)
    .replace(/(`+)[^`\n]+\1/g, '')
    .replace(/\]\([^)\s]*\)/g, ']');
  return text.split('\n').map((line, index) => ({ file, line: index + 1, text: line }));
}

/**
 * The comments of a TypeScript source, without code in backticks and without examples.
 *
 * @param file the name of the source
 * @param source its text
 */
export function commentsOf(file: string, source: string): Passage[] {
  const sourceFile = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const passages: Passage[] = [];
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false);
  visitTokens(sourceFile, sourceFile, token => {
    const start = token.getFullStart();
    scanner.setText(source, start, token.getStart(sourceFile) - start);
    for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
      if (kind !== ts.SyntaxKind.SingleLineCommentTrivia && kind !== ts.SyntaxKind.MultiLineCommentTrivia) {
        continue;
      }
      const line = sourceFile.getLineAndCharacterOfPosition(scanner.getTokenStart()).line + 1;
      passages.push({ file, line, text: proseOfComment(scanner.getTokenText()) });
    }
  });
  return passages;
}

/**
 * The string literals and templates of a TypeScript source that contain a space, which are mostly messages.
 *
 * @param file the name of the source
 * @param source its text
 */
export function messagesOf(file: string, source: string): Passage[] {
  const sourceFile = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const passages: Passage[] = [];
  const add = (node: ts.Node, text: string): void => {
    if (!text.trim().includes(' ')) return;
    const line = sourceFile.getLineAndCharacterOfPosition(node.getStart(sourceFile)).line + 1;
    passages.push({ file, line, text: text.replace(/`[^`\n]*`/g, '') });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) add(node, node.text);
    if (ts.isTemplateExpression(node)) {
      // A placeholder counts as no word, and separates the words beside it.
      add(node, [node.head.text, ...node.templateSpans.map(span => span.literal.text)].join('…'));
    }
    ts.forEachChild(node, visit);
  };
  visit(sourceFile);
  return passages;
}

/** Empties everything but line breaks, so that line numbers stay. */
function blank(text: string): string {
  return text.replace(/[^\n]/g, '');
}

function visitTokens(node: ts.Node, sourceFile: ts.SourceFile, onToken: (token: ts.Node) => void): void {
  const children = node.getChildren(sourceFile).filter(child => !ts.isJSDoc(child));
  if (children.length === 0) onToken(node);
  for (const child of children) visitTokens(child, sourceFile, onToken);
}

/** A comment without its marks, examples and code in backticks; line breaks stay. */
function proseOfComment(comment: string): string {
  let isExample = false;
  return comment
    .split('\n')
    .map(line => {
      const text = line.replace(/^\s*(?:\/\*\*?|\/\/|\*\/|\*)?\s?/, '').replace(/\*\/\s*$/, '');
      const tag = /^@(\w+)/.exec(text)?.[1];
      if (tag !== undefined) isExample = tag === 'example';
      return isExample ? '' : text;
    })
    .join('\n')
    .replace(/`[^`\n]*`/g, '');
}
