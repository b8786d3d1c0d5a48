// Under `exactOptionalPropertyTypes`, an option accepts `undefined` only if its type contains it. An application that computes
// an option would otherwise have to leave it out by other means.

import ts from 'typescript';
import { expect, it } from 'vitest';
import { createSourceProgram, refusesUndefined, visitInputProperties } from '../support/option-types.js';

const ENTRIES = [
  'src/index.ts',
  'src/exporters/index.ts',
  'src/analysis/index.ts',
  'src/http/index.ts',
  'src/queue/index.ts',
  'src/sampling.ts',
  'src/testing/index.ts',
  'src/w3c/index.ts',
];

/** Results of this package that some of its functions take back. Applications do not write them. */
const RESULTS = ['OptionProblem', 'SpanNode', 'Status', 'Problem', 'FlatSpan', 'BaggageProperty'];

const program = createSourceProgram(ENTRIES);

/** Returns `Type.property` for each property that the application passes to the functions of an entry. */
function listInputs(entry: string): { readonly all: Set<string>; readonly refusing: Set<string> } {
  const [all, refusing] = [new Set<string>(), new Set<string>()];
  visitInputProperties(program, entry, (owner, property) => {
    const name = `${owner}.${property.name}`;
    all.add(name);
    if (RESULTS.includes(owner) || isMethod(property) || isOfOpenTelemetry(property)) return;
    if (refusesUndefined(program, property)) refusing.add(name);
  });
  return { all, refusing };
}

/**
 * Optional methods belong to live objects: exporters, processors. A method that a mapped type makes optional, as `Partial`
 * does, is an option.
 */
function isMethod({ declarations = [] }: ts.Symbol): boolean {
  return declarations.some(
    declaration => ts.isMethodSignature(declaration) && declaration.questionToken !== undefined,
  );
}

/** The types of this file have the members of OpenTelemetry's types, which do not accept undefined. */
function isOfOpenTelemetry({ declarations = [] }: ts.Symbol): boolean {
  return declarations.some(each => each.getSourceFile().fileName.endsWith('/src/core/sdk-types.ts'));
}

it.each(ENTRIES)('every optional property of the options of %s accepts undefined', entry => {
  expect([...listInputs(entry).refusing]).toEqual([]);
});

it('options at any depth are found: nested, in lists, of callbacks and of methods of a result', () => {
  const { all } = listInputs('src/index.ts');
  for (const name of [
    'InitOptions.sample',
    'SampleRule.ratio',
    'RedactOptions.keys',
    'SpoolOptions.directory',
    'HttpInstrumentOptions.ignore',
    'SpanOptions.links',
    'StartedExporter.flush',
  ]) {
    expect([...all]).toContain(name);
  }
  expect([...all].filter(name => name.startsWith('ActiveConfig'))).toEqual([]);
  expect([...listInputs('src/exporters/index.ts').all]).toContain('PrometheusPush.endpoint');
});
