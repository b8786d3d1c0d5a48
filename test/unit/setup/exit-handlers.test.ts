import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { trace } from '../../../src/index.js';
import { isolateTracing, startTracing } from '../../support/start-tracing.js';
import { installExitHandlers } from '../../../src/setup/exit-handlers.js';

/** A process that notes the signals it sends itself. */
class FakeProcess extends EventEmitter {
  readonly pid = 4711;
  readonly killed: string[] = [];

  kill(pid: number, signal: string): void {
    this.killed.push(`${pid} ${signal}`);
  }
}

describe('the end of a process', () => {
  let target: FakeProcess;
  let done: string[];
  let idle: boolean;
  let uninstall: () => void;

  beforeEach(() => {
    target = new FakeProcess();
    done = [];
    idle = false;
    uninstall = installExitHandlers({
      process: target,
      flush: async () => void done.push('flush'),
      rescue: () => void done.push('rescue'),
      isIdle: () => idle,
    });
  });

  it('beforeExit flushes once, and not at all where nothing waits', () => {
    target.emit('beforeExit');
    target.emit('beforeExit');
    expect(done).toEqual(['flush']);
    uninstall();
    done = [];
    idle = true;
    target.emit('beforeExit');
    expect(done).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGINT'])(
    '%s without another listener: flush, rescue, the same signal again',
    async signal => {
      target.emit(signal);
      await nextTurn();
      expect(done).toEqual(['flush', 'rescue']);
      expect(target.killed).toEqual([`4711 ${signal}`]);
      expect(target.listenerCount(signal)).toBe(0);
    },
  );

  it.each(['on', 'once', 'prependListener', 'prependOnceListener'] as const)(
    "a user's own handler (%s) decides what a signal means",
    async how => {
      let asked = 0;
      target[how]('SIGTERM', () => asked++);
      target.emit('SIGTERM');
      await nextTurn();
      expect([asked, done, target.killed]).toEqual([1, ['flush'], []]);
    },
  );

  it("a user's once handler from before init() decides, too", async () => {
    uninstall();
    let asked = 0;
    target.once('SIGTERM', () => asked++);
    installExitHandlers({ process: target, flush: async () => {}, rescue: () => {}, isIdle: () => false });
    target.emit('SIGTERM');
    await nextTurn();
    expect([asked, target.killed]).toEqual([1, []]);
    target.emit('SIGTERM');
    await nextTurn();
    expect(target.killed).toEqual(['4711 SIGTERM']);
  });

  it('a second Ctrl-C does not wait for the flush', () => {
    target.emit('SIGINT');
    target.emit('SIGINT');
    expect(target.killed).toEqual(['4711 SIGINT']);
  });

  it('process.exit() and an uncaught error save the remaining spans at once', () => {
    target.emit('uncaughtExceptionMonitor');
    target.emit('exit');
    expect(done).toEqual(['rescue', 'rescue']);
  });

  it("an uncaught error that the user's handler survives saves nothing yet", () => {
    target.on('uncaughtException', () => {});
    target.emit('uncaughtExceptionMonitor');
    expect(done).toEqual([]);
  });

  it('leaves nothing behind when it is taken back', () => {
    uninstall();
    expect(target.eventNames()).toEqual([]);
  });
});

describe('the option exitHandlers', () => {
  isolateTracing();
  const events = ['beforeExit', 'exit', 'SIGTERM', 'SIGINT', 'uncaughtExceptionMonitor'];
  const counts = (): number[] => events.map(event => process.listenerCount(event));

  it('are installed by default, and removed by shutdown()', async () => {
    const before = counts();
    startTracing({ exitHandlers: true });
    expect(counts()).toEqual(before.map(count => count + 1));
    await trace.shutdown();
    expect(counts()).toEqual(before);
  });

  it('are not installed with `exitHandlers: false`', () => {
    const before = counts();
    startTracing({ exitHandlers: false });
    expect(counts()).toEqual(before);
  });
});

describe('installExitHandlers', () => {
  function install(isIdle = false): {
    target: FakeProcess;
    calls: string[];
    uninstall: () => void;
    finishFlush: () => void;
  } {
    const target = new FakeProcess();
    const calls: string[] = [];
    let finish: () => void = () => undefined;
    const uninstall = installExitHandlers({
      process: target,
      isIdle: () => isIdle,
      rescue: () => void calls.push('rescue'),
      flush: () => {
        calls.push('flush');
        return new Promise<void>(resolve => (finish = resolve));
      },
    });
    return { target, calls, uninstall, finishFlush: () => finish() };
  }

  it('flushes at beforeExit, once', () => {
    const { target, calls } = install();
    target.emit('beforeExit');
    target.emit('beforeExit');
    expect(calls).toEqual(['flush']);
  });

  it('does nothing at beforeExit if no span is left', () => {
    const { target, calls } = install(true);
    target.emit('beforeExit');
    expect(calls).toEqual([]);
  });

  it('flushes on SIGTERM, then sends the signal again', async () => {
    const { target, calls, finishFlush } = install();
    target.emit('SIGTERM');
    expect(target.killed).toEqual([]);
    finishFlush();
    await nextTurn();
    expect(calls).toEqual(['flush', 'rescue']);
    expect(target.killed).toEqual(['4711 SIGTERM']);
    expect(target.listeners('SIGTERM')).toHaveLength(0);
  });

  it('rescues at once on a second signal', () => {
    const { target, calls } = install();
    target.emit('SIGINT');
    target.emit('SIGINT');
    expect(calls).toEqual(['flush', 'rescue']);
    expect(target.killed).toEqual(['4711 SIGINT']);
  });

  it("leaves the exit to the application's handler", async () => {
    const { target, calls, finishFlush } = install();
    target.on('SIGTERM', () => undefined);
    target.emit('SIGTERM');
    finishFlush();
    await nextTurn();
    expect(calls).toEqual(['flush']);
    expect(target.killed).toEqual([]);
  });

  it('rescues on an uncaught error without a handler, and at exit', () => {
    const { target, calls } = install();
    target.emit('uncaughtExceptionMonitor');
    target.emit('exit');
    expect(calls).toEqual(['rescue', 'rescue']);
  });

  it('does nothing on an uncaught error that the application handles', () => {
    const { target, calls } = install();
    target.on('uncaughtException', () => undefined);
    target.emit('uncaughtExceptionMonitor');
    expect(calls).toEqual([]);
  });

  it('removes every listener', () => {
    const { target, uninstall } = install();
    uninstall();
    expect(target.eventNames()).toEqual([]);
  });
});
