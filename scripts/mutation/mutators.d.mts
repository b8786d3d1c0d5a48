/** One small change of a source file. */
export interface Mutant {
  /** Stable while the line of the mutant does not change. */
  readonly id: string;
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** The offset of the replaced text. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  readonly description: string;
}

/** Finds the mutants of a TypeScript file. */
export function mutantsOf(file: string, text: string): Mutant[];
/** Applies a mutant to the text of its file. */
export function mutate(text: string, mutant: Mutant): string;
/** Whether a text is TypeScript without syntax errors. */
export function isValid(text: string): boolean;
/** Chooses a sample by hash, which stays the same while the lines of its mutants do. */
export function sampleOf(mutants: readonly Mutant[], size: number, seed: string): Mutant[];
