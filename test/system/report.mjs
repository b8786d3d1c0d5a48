// What holds and what does not, a line each; at the end the count that the continuous integration adds up.

/** Counts and prints. */
export class Report {
  passed = 0;
  failed = 0;
  #absent = [];
  #heard = new Set();

  /** Runs one check; answers what it answers, or undefined when it failed. */
  async check(tier, promise, fn) {
    const start = performance.now();
    this.#heard.add(tier);
    try {
      const result = await fn();
      this.passed++;
      this.#line('ok  ', tier, promise, start);
      return result ?? true;
    } catch (error) {
      this.failed++;
      this.#line('FAIL', tier, promise, start);
      console.log(indented(error.stack ?? String(error)));
      if (error.stderr) console.log(indented(String(error.stderr).slice(-2000)));
      return undefined;
    }
  }

  /** Says that a whole tier could not run: a failure, never a silence. */
  notRun(tier, error) {
    return this.check(tier, 'this tier did not run', () => {
      throw error;
    });
  }

  /** Says that a tier did not run for want of a toolchain that a machine may lack: no failure, and told again at the end. */
  absent(tier, why) {
    this.#heard.add(tier);
    this.#absent.push(`NOT RUN: ${tier}: ${why}`);
    console.log(`--    ${tier.padEnd(28)}  did not run: ${why}`);
  }

  /** Fails for each of these tiers that has neither checked anything nor said why it did not run. */
  async expect(tiers) {
    for (const tier of tiers) {
      if (!this.#heard.has(tier)) await this.notRun(tier, new Error('it said nothing'));
    }
  }

  /** The closing lines: which tiers did not run and why, and last the count that is added up. */
  summary() {
    return [...this.#absent, `${this.passed} passed, ${this.failed} failed`].join('\n');
  }

  #line(mark, tier, promise, start) {
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${mark}  ${tier.padEnd(28)}  ${promise} (${seconds} s)`);
  }
}

function indented(text) {
  return text
    .split('\n')
    .slice(0, 40)
    .map(line => `      ${line}`)
    .join('\n');
}
