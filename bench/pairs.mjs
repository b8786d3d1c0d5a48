// Times two implementations of the same work in turns, so that noise of the machine affects both. The figure is the median of
// the ratios of neighbouring rounds, with the quartiles. It is processor time including garbage collection, so other programs
// on the machine do not count.
// The same with a process for each side: the optimized code and the garbage of one side do not affect the other, as in a
// program with one tracer.

import { spawnSync } from 'node:child_process';

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

async function nanosecondsEach(run, times, sync) {
  const start = process.cpuUsage();
  if (sync) for (let i = 0; i < times; i++) run();
  else for (let i = 0; i < times; i++) await run();
  const { user, system } = process.cpuUsage(start);
  return ((user + system) * 1000) / times;
}

/**
 * Times two functions in turns.
 *
 * @param options.base the base of the comparison
 * @param options.mine the function that is measured
 * @param options.sync whether both return plain values
 * @returns nanoseconds of both and the ratio mine/base: medians, and the ratio's quartiles
 */
export async function compare({ base, mine, sync = false, rounds = 101, times = 3000, warmup = 20 }) {
  for (let i = 0; i < warmup; i++) {
    await nanosecondsEach(base, times, sync);
    await nanosecondsEach(mine, times, sync);
  }
  const [ratios, bases, mines, differences] = [[], [], [], []];
  for (let round = 0; round < rounds; round++) {
    const first = round % 2 === 0 ? base : mine;
    const a = await nanosecondsEach(first, times, sync);
    const b = await nanosecondsEach(first === base ? mine : base, times, sync);
    const [baseNs, mineNs] = first === base ? [a, b] : [b, a];
    ratios.push(mineNs / baseNs);
    bases.push(baseNs);
    mines.push(mineNs);
    differences.push(mineNs - baseNs);
  }
  for (const list of [ratios, bases, mines, differences]) list.sort((a, b) => a - b);
  return {
    ratio: quantile(ratios, 0.5),
    low: quantile(ratios, 0.25),
    high: quantile(ratios, 0.75),
    baseNs: quantile(bases, 0.5),
    mineNs: quantile(mines, 0.5),
    differenceNs: quantile(differences, 0.5),
  };
}

/**
 * Times one function, in the process of one side.
 *
 * @returns nanoseconds, the median of the rounds
 */
export async function alone({ run, sync = false, rounds = 31, times = 3000, warmup = 20 }) {
  for (let i = 0; i < warmup; i++) await nanosecondsEach(run, times, sync);
  const all = [];
  for (let round = 0; round < rounds; round++) all.push(await nanosecondsEach(run, times, sync));
  return quantile(
    all.sort((a, b) => a - b),
    0.5,
  );
}

/**
 * Times each side in a separate process. The processes take turns (ABAB), and each uses {@link alone}.
 *
 * @param options.sides the arguments of node for each side, the base first; each process prints its nanoseconds as its last
 * line
 * @returns for each side its nanoseconds and its ratio to the first: medians over the turns, and the ratio's quartiles
 */
export function compareApart({ sides, turns = 7, node = process.execPath, env = process.env }) {
  const ns = sides.map(() => []);
  for (let turn = 0; turn < turns; turn++) {
    for (const [side, args] of sides.entries()) {
      const { status, stdout } = spawnSync(node, args, {
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const figure = Number(stdout.trim().split('\n').at(-1));
      if (status !== 0 || !(figure > 0)) throw new Error(`${args.join(' ')} ended with ${status}: ${stdout}`);
      ns[side].push(figure);
    }
  }
  const sorted = list => list.toSorted((a, b) => a - b);
  return ns.map(mine => {
    const ratios = sorted(mine.map((figure, turn) => figure / ns[0][turn]));
    return {
      ratio: quantile(ratios, 0.5),
      low: quantile(ratios, 0.25),
      high: quantile(ratios, 0.75),
      mineNs: quantile(sorted(mine), 0.5),
      baseNs: quantile(sorted(ns[0]), 0.5),
    };
  });
}

/** Formats a line of the table. The bound is shown and not checked. */
export function line(label, figures, bound) {
  const { ratio, low, high, mineNs, baseNs } = figures;
  const spread = `(${low.toFixed(2)}-${high.toFixed(2)})`;
  const against = `${mineNs.toFixed(0)} ns against ${baseNs.toFixed(0)} ns`;
  return `${label.padEnd(52)} ${ratio.toFixed(2)}x ${spread.padEnd(12)} ${bound === undefined ? '' : `bound ${bound}x  `}${against}`;
}
