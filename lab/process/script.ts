import { Cleanup } from './cleanup';
import { Interruption, shutdownSignal, untilAborted } from './interruption';

/**
 * Runs a script until it ends or is interrupted, undoes what it set up, and exits: with 0, with 1 after an error,
 * or with the exit code for the signal.
 *
 * @param main the script. Whatever it adds to the cleanup is undone at the end, even after an error
 */
export async function runScript(
	main: (cleanup: Cleanup, signal: AbortSignal) => Promise<void>,
): Promise<never> {
	const signal = shutdownSignal();
	const cleanup = new Cleanup();
	const script = main(cleanup, signal);
	let exitCode = 0;
	try {
		await Promise.race([script, untilAborted(signal)]);
	} catch (error) {
		exitCode = error instanceof Interruption ? error.exitCode : 1;
		console.error(`\n${error instanceof Error ? error.message : String(error)}`);
	}

	const failures = await cleanup.run();
	// After the cleanup, whatever the script was still doing ends too.
	await Promise.allSettled([script]);
	for (const failure of failures) console.error(`✖ ${failure}`);
	process.exit(failures.length > 0 ? 1 : exitCode);
}
