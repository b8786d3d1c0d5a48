import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { run } from '../../../src/cli/run.js';
import { createFakeCliProcess } from '../../support/fake-cli-process.js';

describe('trace', () => {
  test.each([[[]], [['--help']], [['-h']], [['help']]])('%j prints the commands', async argv => {
    const cli = createFakeCliProcess();
    expect(await run(argv, cli)).toBe(0);
    expect(cli.out()).toContain('trace <command>');
    expect(cli.out()).toContain('view');
  });

  test.each([[['view', '--help']], [['view', '-h', '--nonsense']], [['help', 'view']]])(
    '%j prints the usage of the command',
    async argv => {
      const cli = createFakeCliProcess();
      expect(await run(argv, cli)).toBe(0);
      for (const option of ['--port', '--host', '--json', '--max-bytes', '--quiet-ms'])
        expect(cli.out()).toContain(option);
    },
  );

  test.each([[[]], [['view', '--help']], [['doctor', '--help']], [['collector-config', '--help']]])(
    'the usage of %j fits into 80 columns',
    async argv => {
      const cli = createFakeCliProcess();
      await run(argv, cli);
      expect(
        cli
          .out()
          .split('\n')
          .filter(line => line.length > 80),
      ).toEqual([]);
    },
  );

  test('--version prints the version of the package', async () => {
    const cli = createFakeCliProcess();
    expect(await run(['--version'], cli)).toBe(0);
    const manifest = readFileSync(fileURLToPath(new URL('../../../package.json', import.meta.url)), 'utf8');
    expect(cli.out().trim()).toBe((JSON.parse(manifest) as { version: string }).version);
  });

  test.each<[string[], string]>([
    [['veiw'], 'There is no command veiw. Did you mean view?'],
    [['help', 'veiw'], 'There is no command veiw. Did you mean view?'],
    [['--hlep'], 'There is no option --hlep. Did you mean --help?'],
    [['view', '--prot', '1'], 'There is no option --prot. Did you mean --port?'],
    [['view', '--port', 'http'], '--port must be a whole number from 0 to 65535, got "http".'],
    [['view', '--port', '70000'], '--port must be a whole number'],
    [['view', '--port'], '--port needs a value.'],
    [['view', '--json=yes'], '--json takes no value'],
    [['view', '--max-bytes', 'much'], '--max-bytes must be a size'],
    [['view', '--quiet-ms', '-5'], '--quiet-ms must be a whole number'],
    [['view', 'file.json'], 'view takes no file'],
    [['docter'], 'There is no command docter. Did you mean doctor?'],
    [
      ['doctor', 'app.mjs'],
      'doctor takes no argument, got "app.mjs". Use --import for a file that calls init().',
    ],
    [['doctor', '--import', 'gone.mjs'], 'gone.mjs'],
    [['doctor', '--exporter', 'jager'], 'There is no exporter jager. Did you mean jaeger?'],
    [['doctor', '-e', 'honeycomb', '--endpoint', 'http://h'], '--endpoint applies to otlp and jaeger'],
    [['doctor', '--import', 'x.mjs', '-e', 'otlp'], 'It cannot be combined with --exporter or --endpoint'],
  ])('%j: status 2 and the fix', async (argv, message) => {
    const cli = createFakeCliProcess();
    expect(await run(argv, cli)).toBe(2);
    expect(cli.err()).toContain(message);
    expect(cli.err()).toContain('--help');
    expect(cli.out()).toBe('');
  });

  test('all problems are reported at once', async () => {
    const cli = createFakeCliProcess();
    await run(['view', '--prot', '--max-bytes=x'], cli);
    expect(cli.err()).toContain('--prot');
    expect(cli.err()).toContain('--max-bytes');
  });
});
