import { Cleanup } from './cleanup';
import { Interruption, untilAborted, watchForEnd } from './interruption';

/**
 * Runs a script to its end or until somebody interrupts it, undoes what it has set up, and ends the
 * process: with 0, with 1 after an error, or as a signal demands.
 *
 * @param main the script; what it adds to the cleanup is undone at the end, whatever happens
 */
export async function runScript(
	main: (cleanup: Cleanup, signal: AbortSignal) => Promise<void>,
): Promise<never> {
	const signal = watchForEnd();
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
	// With all of it gone, what was under way comes to an end too.
	await Promise.allSettled([script]);
	for (const failure of failures) console.error(`✖ ${failure}`);
	process.exit(failures.length > 0 ? 1 : exitCode);
}
