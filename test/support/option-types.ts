// The options of the public functions, as the TypeScript compiler sees them.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** An input comes from the application, an output is given to it. */
type Direction = 'input' | 'output';

/** Creates a program with the compiler options of this repository. */
export function createSourceProgram(files: readonly string[]): ts.Program {
  const path = join(ROOT, 'tsconfig.json');
  const { config } = ts.readConfigFile(path, name => ts.sys.readFile(name));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(path));
  return ts.createProgram(
    files.map(file => join(ROOT, file)),
    options,
  );
}

/**
 * Visits every property of the objects that the application passes to the exported functions: parameters, and the results of
 * callbacks. Types of packages are not visited.
 *
 * @param program holds the entry
 * @param entry the file of an entry of this package
 * @param visit receives each property once, with the type that declares it
 */
export function visitInputProperties(
  program: ts.Program,
  entry: string,
  visit: (owner: string, property: ts.Symbol) => void,
): void {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(ROOT, entry));
  const module = source && checker.getSymbolAtLocation(source);
  if (source === undefined || module === undefined) throw new Error(`${entry} is not a module`);
  const seen: Record<Direction, Set<ts.Type>> = { input: new Set(), output: new Set() };

  const walk = (type: ts.Type, direction: Direction): void => {
    if (seen[direction].has(type)) return;
    seen[direction].add(type);
    if (type.isUnionOrIntersection()) for (const part of type.types) walk(part, direction);
    if (type.isTypeParameter()) {
      const constraint = checker.getBaseConstraintOfType(type);
      if (constraint !== undefined) walk(constraint, direction);
    }
    if ((type.flags & ts.TypeFlags.Object) === 0) return;
    for (const argument of [
      ...checker.getTypeArguments(type as ts.TypeReference),
      ...(type.aliasTypeArguments ?? []),
    ]) {
      walk(argument, direction);
    }
    for (const signature of [...type.getCallSignatures(), ...type.getConstructSignatures()]) {
      const opposite = direction === 'input' ? 'output' : 'input';
      if (!isOurs(signature.declaration)) continue;
      for (const parameter of signature.parameters) walk(checker.getTypeOfSymbol(parameter), opposite);
      walk(signature.getReturnType(), direction);
    }
    for (const property of type.getProperties()) {
      if (!isOurs(property.declarations?.[0])) continue;
      if (direction === 'input') visit(checker.typeToString(type), property);
      walk(checker.getTypeOfSymbol(property), direction);
    }
  };
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol =
      (exported.flags & ts.SymbolFlags.Alias) === 0 ? exported : checker.getAliasedSymbol(exported);
    if ((symbol.flags & ts.SymbolFlags.Value) !== 0) {
      walk(checker.getTypeOfSymbolAtLocation(symbol, source), 'output');
    }
  }
}

/**
 * Lists the options of a type: `sample`, `sample.rules`, `sample.rules[].name`. Objects with methods, such as exporters, are
 * one option.
 *
 * @param program holds the file
 * @param file the file that declares the type
 * @param name the name of the interface
 */
export function listOptionPaths(program: ts.Program, file: string, name: string): readonly string[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(ROOT, file));
  const module = source && checker.getSymbolAtLocation(source);
  const symbol = module && checker.getExportsOfModule(module).find(each => each.name === name);
  if (symbol === undefined) throw new Error(`${file} exports no type ${name}`);
  const paths = new Set<string>();

  const walk = (type: ts.Type, path: string, isTop = false): void => {
    if (type.isUnion()) {
      for (const part of type.types) walk(part, path);
      return;
    }
    const entry = checker.isArrayType(type)
      ? checker.getTypeArguments(type as ts.TypeReference)[0]
      : undefined;
    if (entry !== undefined) return walk(entry, `${path}[]`);
    if ((type.flags & ts.TypeFlags.Object) === 0 || type.getCallSignatures().length > 0) return;
    const properties = type.getProperties();
    const isRecordOfOptions = properties.every(
      ({ flags, declarations = [] }) =>
        (flags & ts.SymbolFlags.Method) === 0 && declarations.every(each => isOurs(each)),
    );
    if (!isTop && !isRecordOfOptions) return;
    for (const property of properties) {
      const child = path === '' ? property.name : `${path}.${property.name}`;
      paths.add(child);
      walk(checker.getTypeOfSymbol(property), child);
    }
  };
  walk(checker.getDeclaredTypeOfSymbol(symbol), '', true);
  return [...paths];
}

/** Whether the type of an optional property lacks `undefined`, so that `{ option: undefined }` does not compile. */
export function refusesUndefined(program: ts.Program, property: ts.Symbol): boolean {
  if ((property.flags & ts.SymbolFlags.Optional) === 0) return false;
  const checker = program.getTypeChecker();
  const type = checker.getTypeOfSymbol(property);
  const parts = type.isUnion() ? type.types : [type];
  // The compiler represents the absence of a property by another type than that of `undefined`.
  const isAbsence = (part: ts.Type): boolean =>
    (part.flags & ts.TypeFlags.Undefined) !== 0 && part !== checker.getUndefinedType();
  const accepting = ts.TypeFlags.Any | ts.TypeFlags.Unknown;
  const isNever = parts.every(part => isAbsence(part) || (part.flags & ts.TypeFlags.Never) !== 0);
  return !isNever && !parts.some(part => (part.flags & accepting) !== 0) && parts.some(isAbsence);
}

function isOurs(declaration: ts.Node | undefined): boolean {
  return declaration?.getSourceFile().fileName.startsWith(join(ROOT, 'src/')) ?? false;
}
