// The cost of an expression in steps instead of milliseconds: expressions run as in a backtracking engine, and each step is
// counted. Every result is compared with that of the JavaScript engine.
//
// It knows what this package's expressions are written in: sets, groups, both looks ahead and behind, greedy and lazy
// repeats, the flags g, i and y. For anything else it throws.

type Instruction =
  | { readonly op: 'one'; readonly fits: (code: number) => boolean }
  | { readonly op: 'split'; readonly first: number; readonly second: number }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'edge'; readonly kind: string }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'look'; readonly program: Program; readonly negative: boolean }
  | { readonly op: 'match' };

interface Program {
  readonly code: readonly Instruction[];
  readonly backwards: boolean;
}

type Node =
  | { readonly type: 'one'; readonly source: string }
  | { readonly type: 'edge'; readonly kind: string }
  | { readonly type: 'all'; readonly nodes: Node[] }
  | { readonly type: 'either'; readonly nodes: Node[] }
  | { readonly type: 'group'; readonly slot: number; readonly node: Node }
  | { readonly type: 'look'; readonly node: Node; readonly behind: boolean; readonly negative: boolean }
  | {
      readonly type: 'repeat';
      readonly node: Node;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    };

/** Where a match and its groups begin and end, undefined where there is none; and the steps it took. */
export interface Counted {
  readonly slots: readonly (number | undefined)[] | undefined;
  readonly steps: number;
}

const TOKEN =
  /\\x[\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\[^]|\[(?:\\[^]|[^\]\\])*\]|\((?:\?(?::|<?[=!]))?|(?:[*+?]|\{\d+(?:,\d*)?\})\??|[^]/g;
const QUANTIFIER = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})(\??)$/;
/** A loop without end would be one of this engine. */
const MAX_STEPS = 1e9;

const programs = new Map<string, Program>();

/**
 * Looks for the next match as `exec` does.
 *
 * @param from where it begins: `lastIndex` with the flags g and y, else 0
 */
export function countedExec({ source, flags, sticky }: RegExp, text: string, from: number): Counted {
  const key = `${flags}/${source}`;
  const program = programs.get(key) ?? compiled(source, flags);
  programs.set(key, program);
  let steps = 0;
  for (let at = from; at <= text.length; at++) {
    const run = carriedOut(program, text, at, [at]);
    steps += run.steps;
    if (run.slots !== undefined || sticky) return { slots: run.slots, steps };
  }
  return { slots: undefined, steps };
}

function carriedOut(
  { code, backwards }: Program,
  text: string,
  from: number,
  slots: readonly (number | undefined)[],
): Counted {
  const later: { pc: number; at: number; saved: readonly (number | undefined)[] }[] = [];
  let steps = 0;
  let [pc, at, saved] = [0, from, slots];
  for (;;) {
    if (++steps > MAX_STEPS) throw new Error('too many steps');
    const instruction = code[pc] as Instruction;
    let fits = true;
    pc++;
    switch (instruction.op) {
      case 'match':
        return { slots: [saved[0], backwards ? saved[1] : at, ...saved.slice(2)], steps };
      case 'one': {
        const place = backwards ? at - 1 : at;
        fits = place >= 0 && place < text.length && instruction.fits(text.charCodeAt(place));
        at += backwards ? -1 : 1;
        break;
      }
      case 'split':
        later.push({ pc: instruction.second, at, saved });
        pc = instruction.first;
        break;
      case 'jump':
        pc = instruction.to;
        break;
      case 'edge':
        fits = isEdge(instruction.kind, text, at);
        break;
      case 'save':
        saved = Object.assign([...saved], { [instruction.slot]: at });
        break;
      case 'look': {
        const seen = carriedOut(instruction.program, text, at, saved);
        steps += seen.steps;
        fits = (seen.slots === undefined) === instruction.negative;
        if (fits && seen.slots !== undefined) saved = [saved[0], saved[1], ...seen.slots.slice(2)];
      }
    }
    if (fits) continue;
    const next = later.pop();
    if (next === undefined) return { slots: undefined, steps };
    ({ pc, at, saved } = next);
  }
}

function isEdge(kind: string, text: string, at: number): boolean {
  if (kind === '^') return at === 0;
  if (kind === '$') return at === text.length;
  const isWord = (place: number): boolean => /\w/.test(text.charAt(place));
  return (isWord(at - 1) !== isWord(at)) === (kind === '\\b');
}

function compiled(source: string, flags: string): Program {
  if (/[^giy]/.test(flags)) throw new Error(`flags that are not known: ${flags}`);
  const fitting = new Map<string, (code: number) => boolean>();
  const code: Instruction[] = [];

  function fits(atom: string): (code: number) => boolean {
    const known = fitting.get(atom);
    if (known !== undefined) return known;
    const native = new RegExp(`^${atom}$`, flags.includes('i') ? 'i' : '');
    const judged = new Int8Array(0x1_0000);
    const made = (each: number): boolean => {
      if (judged[each] === 0) judged[each] = native.test(String.fromCharCode(each)) ? 1 : -1;
      return judged[each] === 1;
    };
    fitting.set(atom, made);
    return made;
  }

  function emit(into: Instruction[], node: Node, backwards: boolean): void {
    switch (node.type) {
      case 'one':
        into.push({ op: 'one', fits: fits(node.source) });
        return;
      case 'edge':
        into.push({ op: 'edge', kind: node.kind });
        return;
      case 'all':
        for (const each of backwards ? [...node.nodes].reverse() : node.nodes) emit(into, each, backwards);
        return;
      case 'group':
        into.push({ op: 'save', slot: 2 * node.slot + (backwards ? 1 : 0) });
        emit(into, node.node, backwards);
        into.push({ op: 'save', slot: 2 * node.slot + (backwards ? 0 : 1) });
        return;
      case 'look':
        into.push({ op: 'look', program: whole(node.node, node.behind), negative: node.negative });
        return;
      case 'either':
        emitEither(into, node.nodes, backwards);
        return;
      case 'repeat':
        emitRepeat(into, node, backwards);
    }
  }

  function emitEither(into: Instruction[], nodes: readonly Node[], backwards: boolean): void {
    const jumps: number[] = [];
    for (const [index, each] of nodes.entries()) {
      if (index === nodes.length - 1) {
        emit(into, each, backwards);
        break;
      }
      const split = into.push({ op: 'match' }) - 1;
      emit(into, each, backwards);
      jumps.push(into.push({ op: 'match' }) - 1);
      into[split] = { op: 'split', first: split + 1, second: into.length };
    }
    for (const jump of jumps) into[jump] = { op: 'jump', to: into.length };
  }

  function emitRepeat(into: Instruction[], node: Node & { type: 'repeat' }, backwards: boolean): void {
    const choice = (inside: number, behind: number): Instruction =>
      node.lazy
        ? { op: 'split', first: behind, second: inside }
        : { op: 'split', first: inside, second: behind };
    for (let times = 0; times < node.min; times++) emit(into, node.node, backwards);
    if (node.max === Number.POSITIVE_INFINITY) {
      if (canBeEmpty(node.node)) throw new Error(`an empty text without end: ${source}`);
      const split = into.push({ op: 'match' }) - 1;
      emit(into, node.node, backwards);
      into.push({ op: 'jump', to: split });
      into[split] = choice(split + 1, into.length);
      return;
    }
    const splits: number[] = [];
    for (let times = node.min; times < node.max; times++) {
      splits.push(into.push({ op: 'match' }) - 1);
      emit(into, node.node, backwards);
    }
    for (const split of splits) into[split] = choice(split + 1, into.length);
  }

  function whole(node: Node, backwards: boolean): Program {
    const own: Instruction[] = [];
    emit(own, node, backwards);
    own.push({ op: 'match' });
    return { code: own, backwards };
  }

  emit(code, parsed(source), false);
  code.push({ op: 'match' });
  return { code, backwards: false };
}

function canBeEmpty(node: Node): boolean {
  if (node.type === 'one') return false;
  if (node.type === 'all') return node.nodes.every(canBeEmpty);
  if (node.type === 'either') return node.nodes.some(canBeEmpty);
  if (node.type === 'group') return canBeEmpty(node.node);
  return node.type !== 'repeat' || node.min === 0 || canBeEmpty(node.node);
}

function parsed(source: string): Node {
  const tokens = [...source.matchAll(TOKEN)].map(([token]) => token);
  let next = 0;
  let groups = 0;

  function alternatives(): Node {
    const all: Node[][] = [[]];
    for (; next < tokens.length && tokens[next] !== ')'; ) {
      const token = tokens[next++] as string;
      const last = all.at(-1) as Node[];
      if (token === '|') all.push([]);
      else if (QUANTIFIER.test(token)) last.push(repeated(last.pop(), token));
      else last.push(one(token));
    }
    const nodes = all.map((each): Node => ({ type: 'all', nodes: each }));
    return nodes.length === 1 ? (nodes[0] as Node) : { type: 'either', nodes };
  }

  function one(token: string): Node {
    if (token.startsWith('(')) {
      const slot = token === '(' ? ++groups : 0;
      const node = alternatives();
      if (tokens[next++] !== ')') throw new Error(`no end of a group: ${source}`);
      if (slot > 0) return { type: 'group', slot, node };
      if (token === '(?:') return node;
      return { type: 'look', node, behind: token.includes('<'), negative: token.endsWith('!') };
    }
    if (/^(?:[$^]|\\[bB])$/.test(token)) return { type: 'edge', kind: token };
    if (/^\\[1-9kpP]/.test(token)) throw new Error(`not known: ${token} in ${source}`);
    return { type: 'one', source: /^[{}\]]$/.test(token) ? `\\${token}` : token };
  }

  function repeated(node: Node | undefined, token: string): Node {
    const [, sign, from = '', comma, to = '', lazy] = QUANTIFIER.exec(token) ?? [];
    if (node === undefined) throw new Error(`nothing to repeat: ${source}`);
    const [min, max] =
      sign === undefined
        ? [Number(from), to !== '' ? Number(to) : comma === ',' ? Number.POSITIVE_INFINITY : Number(from)]
        : [sign === '+' ? 1 : 0, sign === '?' ? 1 : Number.POSITIVE_INFINITY];
    return { type: 'repeat', node, min, max, lazy: lazy === '?' };
  }

  const all = alternatives();
  if (next < tokens.length) throw new Error(`a bracket too many: ${source}`);
  return all;
}
