import { describe, expect, it } from 'vitest';
import { splitXaddArguments } from '../../../src/queue/xadd-arguments.js';

describe('splitXaddArguments', () => {
  it.each([
    [['s', '*', 'a', '1'], '*', 2],
    [['s', '5-1', 'a', 1], '5-1', 2],
    [['s', 'NOMKSTREAM', '*', 'a', '1'], '*', 3],
    [['s', 'MAXLEN', 1000, '*', 'a', '1'], '*', 4],
    [['s', 'maxlen', '~', 1000, '*', 'a', '1'], '*', 5],
    [['s', 'MINID', '=', '5-0', '*', 'a', '1'], '*', 5],
    [['s', 'NOMKSTREAM', 'MAXLEN', '~', 1000, 'LIMIT', 10, '*', 'a', '1'], '*', 8],
    [['s', 'KEEPREF', 'MINID', '~', '5-0', '*', 'a', '1'], '*', 6],
    [[Buffer.from('s'), Buffer.from('MAXLEN'), 9, '*', 'a', '1'], '*', 4],
  ] as const)('finds the id in %j', (args, id, headLength) => {
    const split = splitXaddArguments(args);
    expect(split).toMatchObject({ key: args[0], id, fields: ['a', args.at(-1)], tail: [] });
    expect(split.head).toEqual(args.slice(0, headLength));
  });

  it('keeps a callback, flattens lists, and copies the fields', () => {
    const pairs = ['a', '1'];
    const callback = (): void => {};
    const split = splitXaddArguments(['s', '*', pairs, callback]);
    expect(split).toMatchObject({ fields: pairs, tail: [callback] });
    split.fields.push('b', '2');
    expect(pairs).toEqual(['a', '1']);
  });

  it('converts the first name to text, by which a carrier recognizes the list', () => {
    expect(splitXaddArguments(['s', '*', Buffer.from('a'), '1', 2, '2']).fields).toEqual(['a', '1', 2, '2']);
    expect(splitXaddArguments(['s', '*', 7, '1']).fields).toEqual(['7', '1']);
  });

  it.each([[], ['s'], ['s', '*'], ['s', '*', 'a'], ['s', 'MAXLEN'], ['s', '*', 'a', '1', 'b']])(
    'throws for %j',
    (...args) => expect(() => splitXaddArguments(args)).toThrow(TypeError),
  );
});
