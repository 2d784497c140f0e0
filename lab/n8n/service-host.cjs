/**
 * Runs a program that isn't a Node.js program, such as a database server, and stops it when the process that
 * started this one ends, however it ends: the pipe on stdin closes then.
 *
 *     node service-host.cjs SIGNAL PROGRAM ARGUMENT…
 *
 * SIGNAL asks the program to shut down. Killing it right away would leave a database server's shared memory and
 * child processes behind.
 */
const { spawn } = require('node:child_process');

const GRACE_MS = 5_000;

const [signal, program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.on('error', (error) => {
	console.error(`"${program}" couldn't be started: ${error.message}`);
	process.exit(127);
});
child.on('exit', (code) => process.exit(code ?? 1));

process.on('SIGTERM', () => child.kill(signal));
process.stdin.on('close', () => {
	child.kill(signal);
	setTimeout(() => process.kill(-process.pid, 'SIGKILL'), GRACE_MS);
});
process.stdin.resume();
