// Packs the package and installs it in an empty folder, as a user does.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const npm = (args, cwd) =>
  execFileSync('npm', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });

/** Creates a temporary directory. The caller removes it. */
export function temporaryDirectory() {
  return realpathSync(mkdtempSync(join(tmpdir(), 'trace-package-')));
}

/** Packs the built package. Returns the path of the tarball and its files. */
export function pack(directory) {
  const [packed] = JSON.parse(
    npm(['pack', '--json', '--ignore-scripts', '--pack-destination', directory], ROOT),
  );
  const tarball = readdirSync(directory).find(name => name.endsWith('.tgz'));
  return { tarball: join(directory, tarball), files: packed.files.map(file => file.path) };
}

/** Installs a tarball and further packages in an empty folder. Returns the folder. */
export function install(tarball, directory, packages = []) {
  const app = join(directory, 'app');
  mkdirSync(app, { recursive: true });
  writeFileSync(join(app, 'package.json'), '{ "name": "app", "version": "1.0.0", "private": true }\n');
  npm(
    ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', tarball, ...packages],
    app,
  );
  return app;
}
