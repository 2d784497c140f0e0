/**
 * Preloaded into n8n and npm. However the process that started them ends (even by SIGKILL), the pipe on stdin
 * closes, and they exit immediately with everything that they spawned.
 */
const { isMainThread } = require('node:worker_threads');

// Threads and forks inherit the preload, but not the pipe.
if (isMainThread && process.send === undefined) {
	const stdin = process.stdin;
	stdin.on('close', () => process.kill(-process.pid, 'SIGKILL'));
	stdin.resume();
	stdin.unref();
}
