// The report of the system tests: one line for each check, and at the end the counts that `.ci/run` adds up.

/** Counts and prints the results of checks. */
export class Report {
  passed = 0;
  failed = 0;
  #skipped = [];
  #reported = new Set();

  /** Runs a check. Returns its result, or undefined if it failed. */
  async check(tier, description, fn) {
    const start = performance.now();
    this.#reported.add(tier);
    try {
      const result = await fn();
      this.passed++;
      this.#printLine('ok  ', tier, description, start);
      return result ?? true;
    } catch (error) {
      this.failed++;
      this.#printLine('FAIL', tier, description, start);
      console.log(indented(error.stack ?? String(error)));
      if (error.stderr) console.log(indented(String(error.stderr).slice(-2000)));
      return undefined;
    }
  }

  /** Reports that a whole tier could not run, as a failure. */
  failTier(tier, error) {
    return this.check(tier, 'this tier did not run', () => {
      throw error;
    });
  }

  /** Reports that a tier needs a toolchain that this machine does not have. This is not a failure. */
  skip(tier, reason) {
    this.#reported.add(tier);
    this.#skipped.push(`NOT RUN: ${tier}: ${reason}`);
    console.log(`--    ${tier.padEnd(28)}  did not run: ${reason}`);
  }

  /** Fails for each tier that has reported neither a check nor a reason for a skip. */
  async requireResults(tiers) {
    for (const tier of tiers) {
      if (!this.#reported.has(tier)) await this.failTier(tier, new Error('there is no result'));
    }
  }

  /** Returns the last lines: the skipped tiers with their reasons, then the counts. */
  summary() {
    return [...this.#skipped, `${this.passed} passed, ${this.failed} failed`].join('\n');
  }

  #printLine(mark, tier, description, start) {
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${mark}  ${tier.padEnd(28)}  ${description} (${seconds} s)`);
  }
}

function indented(text) {
  return text
    .split('\n')
    .slice(0, 40)
    .map(line => `      ${line}`)
    .join('\n');
}
