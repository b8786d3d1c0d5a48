// The mutants of a source file: small changes of the code that a test should notice.
// The operators follow Stryker's (https://stryker-mutator.io/docs/mutation-testing-elements/supported-mutators/).

import { createHash } from 'node:crypto';
import { transformSync } from 'esbuild';
import ts from 'typescript';

/**
 * @typedef {object} Mutant
 * @property {string} id stable while the line of the mutant does not change
 * @property {string} file
 * @property {number} line 1-based
 * @property {number} start offset of the replaced text
 * @property {number} end
 * @property {string} replacement
 * @property {string} description
 */

const BINARY = new Map([
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.EqualsEqualsToken, '!='],
  [ts.SyntaxKind.ExclamationEqualsToken, '=='],
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
  [ts.SyntaxKind.AsteriskToken, '/'],
  [ts.SyntaxKind.SlashToken, '*'],
  [ts.SyntaxKind.PercentToken, '*'],
  [ts.SyntaxKind.AmpersandToken, '|'],
  [ts.SyntaxKind.BarToken, '&'],
  [ts.SyntaxKind.LessThanLessThanToken, '>>>'],
  [ts.SyntaxKind.GreaterThanGreaterThanToken, '<<'],
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken, '<<'],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
  [ts.SyntaxKind.PlusEqualsToken, '-='],
  [ts.SyntaxKind.MinusEqualsToken, '+='],
  [ts.SyntaxKind.BarEqualsToken, '&='],
]);
const METHODS = {
  min: 'max',
  max: 'min',
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  floor: 'ceil',
  ceil: 'floor',
  toLowerCase: 'toUpperCase',
};

/**
 * Finds the mutants of a file.
 *
 * @param {string} file path for the result
 * @param {string} text TypeScript
 * @returns {Mutant[]}
 */
export function mutantsOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const seen = new Map();

  function add(node, replacement, description) {
    const start = node.getStart(source);
    const end = node.getEnd();
    const { line } = source.getLineAndCharacterOfPosition(start);
    const content = text.slice(start, end);
    const key = `${file}\0${lineText(text, start)}\0${content}\0${replacement}`;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    const id = createHash('sha256').update(`${key}\0${count}`).digest('hex').slice(0, 16);
    found.push({ id, file, line: line + 1, start, end, replacement, description });
  }

  function condition(node) {
    add(node, 'true', 'condition is always true');
    add(node, 'false', 'condition is always false');
  }

  function visit(node) {
    if (isTypeOnly(node)) return;
    if (isNullish(node)) {
      // With parentheses, because `a && b ?? c` is a syntax error.
      const [left, right] = [node.left.getText(source), node.right.getText(source)];
      add(node, `((${left}) && (${right}))`, '?? -> &&');
    } else if (ts.isBinaryExpression(node)) {
      const operator = BINARY.get(node.operatorToken.kind);
      const isText = [node.left, node.right].some(side => ts.isStringLiteralLike(side));
      if (operator !== undefined && !(isText && node.operatorToken.kind === ts.SyntaxKind.PlusToken)) {
        add(node.operatorToken, operator, `${node.operatorToken.getText(source)} -> ${operator}`);
      }
    } else if (ts.isPrefixUnaryExpression(node)) {
      if (node.operator === ts.SyntaxKind.ExclamationToken) {
        add(node, `(${node.operand.getText(source)})`, 'negation removed');
      } else if (node.operator === ts.SyntaxKind.MinusToken) {
        add(node, `(${node.operand.getText(source)})`, 'minus removed');
      }
    } else if (ts.isIfStatement(node)) condition(node.expression);
    else if (ts.isConditionalExpression(node)) condition(node.condition);
    else if (ts.isWhileStatement(node)) add(node.expression, 'false', 'loop never runs');
    else if (ts.isForStatement(node) && node.condition) add(node.condition, 'false', 'loop never runs');
    else if (node.kind === ts.SyntaxKind.TrueKeyword) add(node, 'false', 'true -> false');
    else if (node.kind === ts.SyntaxKind.FalseKeyword) add(node, 'true', 'false -> true');
    else if (ts.isNumericLiteral(node) && node.parent.name !== node) {
      add(node, `(${node.getText(source)} + 1)`, `${node.getText(source)} + 1`);
    } else if (ts.isExpressionStatement(node) && !isSuperCall(node)) {
      add(node, ';', 'statement removed');
    } else if (ts.isPropertyAccessExpression(node) && Object.hasOwn(METHODS, node.name.text)) {
      add(node.name, METHODS[node.name.text], `${node.name.text} -> ${METHODS[node.name.text]}`);
    }
    ts.forEachChild(node, visit);
  }
  visit(source);
  return found;
}

/**
 * Applies a mutant.
 *
 * @param {string} text the unchanged file
 * @param {Mutant} mutant
 */
export function mutate(text, { start, end, replacement }) {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** Whether a text is TypeScript. A mutant with a syntax error fails every test and measures none. */
export function isValid(text) {
  try {
    transformSync(text, { loader: 'ts' });
    return true;
  } catch {
    return false;
  }
}

/** Chooses a sample that stays the same while the lines of its mutants do: the smallest hashes of seed and id. */
export function sampleOf(mutants, size, seed) {
  const rank = ({ id }) => createHash('sha256').update(`${seed}\0${id}`).digest('hex');
  return mutants
    .map(mutant => [rank(mutant), mutant])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, size)
    .map(([, mutant]) => mutant);
}

function lineText(text, offset) {
  const from = text.lastIndexOf('\n', offset - 1) + 1;
  const to = text.indexOf('\n', offset);
  return text.slice(from, to === -1 ? text.length : to).trim();
}

function isTypeOnly(node) {
  return (
    ts.isTypeNode(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node)
  );
}

function isNullish(node) {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken;
}

function isSuperCall(node) {
  return (
    ts.isCallExpression(node.expression) && node.expression.expression.kind === ts.SyntaxKind.SuperKeyword
  );
}
