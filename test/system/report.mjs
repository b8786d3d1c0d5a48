// What holds and what does not, a line each; at the end the count that the continuous integration adds up.

/** Counts and prints. */
export class Report {
  passed = 0;
  failed = 0;
  #absent = [];

  /** Runs one check; answers what it answers, or undefined when it failed. */
  async check(tier, promise, fn) {
    const start = performance.now();
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
    this.#absent.push(`${tier}: ${why}`);
    console.log(`--    ${tier.padEnd(28)}  did not run: ${why}`);
  }

  /** The closing lines: how many tiers did not run and why, and last the count that is added up. */
  summary() {
    const notRun =
      this.#absent.length === 0 ? '' : `${this.#absent.length} not run (${this.#absent.join('; ')})\n`;
    return `${notRun}${this.passed} passed, ${this.failed} failed`;
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
