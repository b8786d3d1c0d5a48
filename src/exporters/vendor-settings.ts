// The settings of a vendor's exporter: an option, else the vendor's environment variables.
// Mistakes become problems. The caller throws those of the options and reports those of the environment.

import { maskEndpoint, normalizeEndpoint } from '../core/endpoint.js';
import type { OptionProblem } from '../core/errors.js';
import { formatText } from '../core/format-value.js';
import { getOwn } from '../core/known-names.js';
import type { KnownOptionProblemCode } from '../core/problem-codes.js';
import { suggest } from '../core/suggest.js';

/** A setting that has a value. */
export interface Setting {
  /** The option or variable that holds it: `honeycomb.apiKey` or `HONEYCOMB_API_KEY`. */
  readonly path: string;
  /** Without blanks around it. */
  readonly value: string;
  /** True for an option, false for a variable. */
  readonly isFromCode: boolean;
}

/** The format of a vendor's keys. */
export interface KeyFormat {
  readonly pattern: RegExp;
  /** The format in words: `32 hexadecimal digits`. */
  readonly expected: string;
}

type Env = Readonly<Record<string, string | undefined>>;

// The characters that node:http accepts in the value of a header. A key holds no blanks.
const KEY_IN_A_HEADER = /^[\x21-\x7e]+$/;
const TEXT_IN_A_HEADER = /^[\x20-\x7e]+$/;
const IN_QUOTES = /^(["'`]).*\1$/;
const MAX_SHOWN_URL = 60;

/** Reads settings and collects their problems. */
export class VendorSettings {
  readonly problems: OptionProblem[] = [];
  #fatalProblem: OptionProblem | undefined;
  readonly #name: string;
  readonly #options: Readonly<Record<string, unknown>>;
  readonly #env: Env;

  /**
   * @param name the name of the exporter's function, the beginning of the path of each option
   * @param options the options, validated
   * @param env the environment variables; empty while only the options are validated
   */
  constructor(name: string, options: object, env: Env) {
    this.#name = name;
    this.#options = { ...options };
    this.#env = env;
  }

  /** The first problem that prevents the start of the exporter. */
  get fatalProblem(): OptionProblem | undefined {
    return this.#fatalProblem;
  }

  /**
   * Reads text.
   *
   * @param option an option that takes a string
   * @param variables read in this order if the option is unset or empty
   */
  readText(option: string, ...variables: readonly string[]): Setting | undefined {
    const given = this.#options[option];
    // An empty option counts as unset, like an empty variable: `apiKey: process.env.KEY ?? ''` is not a mistake in code.
    // Blanks are removed, such as the line end of a file that holds a secret.
    const value = typeof given === 'string' ? given.trim() : '';
    if (value !== '') return { path: `${this.#name}.${option}`, value, isFromCode: true };
    for (const variable of variables) {
      const setting = this.readVariable(variable);
      if (setting !== undefined) return setting;
    }
    return undefined;
  }

  /** Reads an environment variable. An empty one counts as unset. */
  readVariable(name: string): Setting | undefined {
    const value = this.#env[name]?.trim();
    return value ? { path: name, value, isFromCode: false } : undefined;
  }

  /** Reads text that is sent in a header. Text that a header cannot carry is a fatal problem. */
  readHeaderText(option: string, ...variables: readonly string[]): Setting | undefined {
    const setting = this.readText(option, ...variables);
    if (setting === undefined || TEXT_IN_A_HEADER.test(setting.value)) return setting;
    const expected = 'text that a header can carry: ASCII';
    return this.addFatalProblem('malformed_headers', setting.path, expected, 'other characters');
  }

  /**
   * Reads a key. A key that a header cannot carry is a fatal problem. A key of another format is used, with a problem that
   * is not fatal. Problems never show a key or a part of it.
   *
   * @param format the format of the vendor's keys, if it is documented
   */
  readKey(
    format: KeyFormat | undefined,
    option: string,
    ...variables: readonly string[]
  ): Setting | undefined {
    const setting = this.readText(option, ...variables);
    if (setting === undefined) return undefined;
    const { path, value, isFromCode } = setting;
    const received = `${value.length} characters`;
    if (!KEY_IN_A_HEADER.test(value)) {
      this.addFatalProblem('malformed_key', path, format?.expected ?? 'a key without blanks', received);
    } else if (IN_QUOTES.test(value)) {
      // No vendor has quotes in its keys. Env files have quotes around values, and not every reader removes them.
      const fix = 'Remove the quotes around it.';
      this.addFatalProblem('malformed_key', path, 'a key without quotes around it', 'quotes', { fix });
    } else if (format !== undefined && !format.pattern.test(value)) {
      const hint = isFromCode ? {} : { fix: `Check ${path}. The key is sent unchanged.` };
      this.addProblem('malformed_key', path, format.expected, received, hint);
    }
    return setting;
  }

  /**
   * Adds the fatal problem that a setting is missing.
   *
   * @param noun the missing thing, for the message
   */
  addMissing(option: string, variable: string, noun = 'a key'): undefined {
    const expected = `${noun} in ${variable} or ${this.#name}({ ${option} })`;
    const fix = `Set ${variable}.`;
    return this.addFatalProblem('missing_key', variable, expected, 'nothing', { fix });
  }

  /**
   * Reads a name and returns its entry in a table. Case is ignored. An unknown name is a fatal problem, because spans must
   * not go to another region.
   */
  readChoice<T>(
    table: Readonly<Record<string, T>>,
    option: string,
    ...variables: readonly string[]
  ): T | undefined {
    const setting = this.readText(option, ...variables);
    if (setting === undefined) return undefined;
    const { path, value } = setting;
    const found = getOwn(table, value.toLowerCase());
    if (found !== undefined) return found;
    const names = Object.keys(table);
    const suggestion = suggest(value, names);
    return this.addFatalProblem('unknown_region', path, names.join(', '), formatText(value), { suggestion });
  }

  /** Reads a host, base URL or full URL, and returns the full URL. A malformed one is a fatal problem. */
  readEndpoint(option: string, ...variables: readonly string[]): string | undefined {
    const setting = this.readText(option, ...variables);
    if (setting === undefined) return undefined;
    const { url, problems } = normalizeEndpoint(setting.value, setting.path);
    this.problems.push(...problems);
    if (url === undefined) this.#fatalProblem ??= problems[0];
    return url;
  }

  /** Reads the beginning of web addresses, and returns it without a slash at its end. */
  readBaseUrl(option: string, ...variables: readonly string[]): string | undefined {
    const setting = this.readText(option, ...variables);
    if (setting === undefined) return undefined;
    const { path, value } = setting;
    if (/^https?:\/\/\S+$/i.test(value)) return value.replace(/\/+$/, '');
    const received = JSON.stringify(maskEndpoint(value.slice(0, MAX_SHOWN_URL)));
    this.addProblem('malformed_endpoint', path, 'a URL', received);
    return undefined;
  }

  /** Adds a problem that prevents the start of the exporter. */
  addFatalProblem(...problem: Parameters<VendorSettings['addProblem']>): undefined {
    this.addProblem(...problem);
    this.#fatalProblem ??= this.problems.at(-1);
  }

  /** Adds a problem. */
  addProblem(
    code: KnownOptionProblemCode,
    path: string,
    expected: string,
    received: string,
    hint: { readonly suggestion?: string | undefined; readonly fix?: string } = {},
  ): void {
    const { suggestion, fix } = hint;
    this.problems.push({
      code,
      path,
      expected,
      received,
      ...(suggestion === undefined ? {} : { suggestion }),
      ...(fix === undefined ? {} : { fix }),
    });
  }
}
