// An application directory with packages in it, made for one test and taken away after it.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Makes a directory that holds the given files; removed when the test is over. */
export function fakeApp(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'trace-app-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** Lets one path of an application point to another, as pnpm lays packages out. */
export function link(root: string, from: string, to: string): void {
  mkdirSync(dirname(join(root, from)), { recursive: true });
  symlinkSync(join(root, to), join(root, from), 'dir');
}

/** The source of a package that exports an instrumentation; it keeps its life on `globalThis.told`. */
export function fakeInstrumentation(
  packageName: string,
  className: string,
  modules: readonly string[],
): string {
  return `
    class ${className} {
      instrumentationName = ${JSON.stringify(packageName)};
      instrumentationVersion = '1.0.0';
      _modules = ${JSON.stringify(modules.map(name => ({ name })))};
      enabled = true;
      enable() { this.enabled = true; }
      disable() { this.enabled = false; }
      isEnabled() { return this.enabled; }
      setTracerProvider(provider) { this.provider = provider; }
      getConfig() { return {}; }
    }
    exports.somethingElse = class NotAnInstrumentation {};
    exports.${className} = ${className};
  `;
}
