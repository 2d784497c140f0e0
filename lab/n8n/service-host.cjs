/**
 * Runs a program that is no Node program, such as a database server, and has it end with the process
 * that started this one, however that ends: the pipe on stdin closes then.
 *
 *     node service-host.cjs SIGNAL PROGRAM ARGUMENT…
 *
 * SIGNAL is what the program takes as the request to end. Killing it outright would leave a database
 * server's shared memory and sub-processes behind.
 */
const { spawn } = require('node:child_process');

const GRACE_MS = 5_000;

const [signal, program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.on('error', (error) => {
	console.error(`"${program}" could not be started: ${error.message}`);
	process.exit(127);
});
child.on('exit', (code) => process.exit(code ?? 1));

process.on('SIGTERM', () => child.kill(signal));
process.stdin.on('close', () => {
	child.kill(signal);
	setTimeout(() => process.kill(-process.pid, 'SIGKILL'), GRACE_MS);
});
process.stdin.resume();
