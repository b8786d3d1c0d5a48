// Preloaded into every process of the demo. The process ends when the demo has ended, in any way.

process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref(); // the channel must not keep a finished process alive
