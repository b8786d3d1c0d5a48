// The text of a type and of every type of this repository that it refers to, without comments.

import ts from 'typescript';

type TypeDeclaration = ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

/**
 * Prints an interface or type alias and the declarations that it leads to.
 *
 * @param program holds the file
 * @param file the path of the file that declares the type
 * @param name the name of the type
 * @returns the declarations in alphabetical order; types of packages are named only
 */
export function printReachableTypes(program: ts.Program, file: string, name: string): string {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const first = source?.statements
    .filter(isTypeDeclaration)
    .find(declaration => declaration.name.text === name);
  if (first === undefined) throw new Error(`${file} declares no type ${name}`);

  const found = new Set<TypeDeclaration>();
  const visit = (node: ts.Node): void => {
    if (isTypeDeclaration(node)) {
      if (found.has(node)) return;
      found.add(node);
    }
    if (ts.isTypeReferenceNode(node)) follow(node.typeName);
    if (ts.isExpressionWithTypeArguments(node)) follow(node.expression);
    ts.forEachChild(node, visit);
  };
  const follow = (reference: ts.Node): void => {
    const symbol = checker.getSymbolAtLocation(reference);
    const target =
      symbol && (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;
    for (const declaration of target?.declarations ?? []) {
      const isOurs = !declaration.getSourceFile().fileName.includes('/node_modules/');
      if (isOurs && isTypeDeclaration(declaration)) visit(declaration);
    }
  };
  visit(first);

  const printer = ts.createPrinter({ removeComments: true });
  return [...found]
    .toSorted((a, b) => (a.name.text < b.name.text ? -1 : 1))
    .map(node => `${printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())}\n`)
    .join('\n');
}

function isTypeDeclaration(node: ts.Node): node is TypeDeclaration {
  return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
}
