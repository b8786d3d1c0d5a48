// Preloaded into every process of the demo: it ends when the demo is gone, however that ended.

process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref(); // waiting for that must not keep a process alive that has come to its end
