/**
 * Preloaded into n8n and npm. When the process that started them is gone, however it ended (SIGKILL
 * too), the pipe on stdin closes, and they end at once with all that they have spawned.
 */
const { isMainThread } = require('node:worker_threads');

// Threads and forks inherit the preload, but not the pipe.
if (isMainThread && process.send === undefined) {
	const stdin = process.stdin;
	stdin.on('close', () => process.kill(-process.pid, 'SIGKILL'));
	stdin.resume();
	stdin.unref();
}
