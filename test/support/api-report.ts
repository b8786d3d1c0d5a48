// The public surface of an entry file as text: one block for each exported name, with the members of its type.

import ts from 'typescript';

const FORMAT =
  ts.TypeFormatFlags.NoTruncation |
  ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope |
  ts.TypeFormatFlags.WriteArrowStyleSignature;

/**
 * Reports the exports of an entry file.
 *
 * @param program holds the file
 * @param file the path of the entry file
 * @returns exports in alphabetical order; members in the order of their declaration
 */
export function apiReport(program: ts.Program, file: string): string {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (source === undefined || module === undefined) throw new Error(`${file} is not a module of the program`);
  const blocks = checker
    .getExportsOfModule(module)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(exported => describeExport(checker, exported, source));
  return `${blocks.join('\n\n')}\n`;
}

function describeExport(checker: ts.TypeChecker, exported: ts.Symbol, source: ts.SourceFile): string {
  const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
  const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
  if (isFromElsewhere(symbol)) return `${exported.name} from ${packageOf(symbol)}`;
  const lines: string[] = [];
  if ((symbol.flags & ts.SymbolFlags.Value) !== 0) {
    const type = checker.getTypeOfSymbolAtLocation(symbol, source);
    lines.push(`value ${exported.name}: ${typeText(checker, type)}`);
    const isClass = (symbol.flags & ts.SymbolFlags.Class) !== 0;
    if (!isClass) lines.push(...members(checker, type, source));
  }
  if ((symbol.flags & ts.SymbolFlags.Type) !== 0) {
    const type = checker.getDeclaredTypeOfSymbol(symbol);
    const alias = symbol.declarations?.find(ts.isTypeAliasDeclaration);
    const text = alias === undefined ? '' : ` = ${alias.type.getText().replace(/\s+/g, ' ')}`;
    lines.push(`type ${exported.name}${text}`);
    lines.push(...members(checker, type, source));
  }
  return lines.join('\n');
}

/** The members that this package declares; those of built-in types are left out. */
function members(checker: ts.TypeChecker, type: ts.Type, source: ts.SourceFile): string[] {
  return checker
    .getPropertiesOfType(type)
    .filter(property => !isInternal(property) && !isFromElsewhere(property))
    .map(property => {
      const optional = (property.flags & ts.SymbolFlags.Optional) !== 0 ? '?' : '';
      const text = typeText(checker, checker.getTypeOfSymbolAtLocation(property, source));
      return `  ${property.name}${optional}: ${text}`;
    });
}

function typeText(checker: ts.TypeChecker, type: ts.Type): string {
  const text = checker.typeToString(type, undefined, FORMAT).replace(/import\("[^"]*"\)\./g, '');
  return sortUnions(text);
}

/** Sorts the members of unions, because their order depends on the order in which TypeScript meets the types. */
function sortUnions(text: string): string {
  return text.replace(/(?:"[^"]*"|[\w.]+)(?: \| (?:"[^"]*"|[\w.]+))+(?![\w<[(.])/g, union =>
    union.split(' | ').toSorted().join(' | '),
  );
}

function isInternal(symbol: ts.Symbol): boolean {
  return symbol.getJsDocTags().some(({ name }) => name === 'internal');
}

function isFromElsewhere(symbol: ts.Symbol): boolean {
  const files = symbol.declarations?.map(declaration => declaration.getSourceFile()) ?? [];
  return files.length > 0 && files.every(({ fileName }) => fileName.includes('/node_modules/'));
}

function packageOf(symbol: ts.Symbol): string {
  const file = symbol.declarations?.[0]?.getSourceFile().fileName ?? '';
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? file;
}
