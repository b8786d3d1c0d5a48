// The public surface of an entry: its rolled-up declarations without comments, in an order that does not depend on imports.

import ts from 'typescript';

/**
 * Reports the surface that a rolled-up declaration file describes.
 *
 * @param code the text of the file
 * @returns imports, then declarations in alphabetical order, then the exported names in alphabetical order
 */
export function apiReport(code: string): string {
  const source = ts.createSourceFile('entry.d.ts', code, ts.ScriptTarget.Latest, true);
  const printer = ts.createPrinter({ removeComments: true });
  const print = (node: ts.Node): string => printer.printNode(ts.EmitHint.Unspecified, node, source);
  const imports: string[] = [];
  const declarations: { readonly name: string; readonly text: string }[] = [];
  const exported: string[] = [];
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      imports.push(
        ...namesOf(statement.importClause?.namedBindings).map(
          name => `import { ${name} } from ${print(statement.moduleSpecifier)};`,
        ),
      );
    } else if (ts.isExportDeclaration(statement)) {
      const from = statement.moduleSpecifier === undefined ? '' : ` from ${print(statement.moduleSpecifier)}`;
      exported.push(...namesOf(statement.exportClause).map(name => `export { ${name} }${from};`));
    } else {
      declarations.push({ name: declaredName(statement), text: withoutTexts(print(statement)) });
    }
  }
  declarations.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const blocks = [imports.toSorted(), declarations.map(({ text }) => text), exported.toSorted()];
  return `${blocks
    .filter(block => block.length > 0)
    .map(block => block.join('\n'))
    .join('\n\n')}\n`;
}

function namesOf(clause: ts.NamedImportBindings | ts.NamedExportBindings | undefined): string[] {
  if (clause === undefined) return [];
  if (ts.isNamedImports(clause) || ts.isNamedExports(clause)) {
    return clause.elements.map(element => element.getText());
  }
  return [clause.getText()];
}

function declaredName(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText()).join();
  }
  const { name } = statement as { readonly name?: ts.Node };
  return name?.getText() ?? '';
}

/** The tables of codes have a text for each code, which is not part of the surface. */
function withoutTexts(declaration: string): string {
  return /^declare const [A-Z_]+_CODES: \{/.test(declaration)
    ? declaration.replace(/: (?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*');$/gm, ': string;')
    : declaration;
}
