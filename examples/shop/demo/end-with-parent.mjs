// Preloaded into every process of the demo: it ends when the demo is gone, however that ended.

process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
