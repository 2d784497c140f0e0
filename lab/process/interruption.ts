import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The script was interrupted by a signal. */
export class Interruption extends Error {
	constructor(readonly signal: (typeof SIGNALS)[number]) {
		super('Interrupted.');
		this.name = 'Interruption';
	}

	/** The exit code that shells expect from a program that a signal ended. */
	get exitCode(): number {
		return 128 + constants.signals[this.signal];
	}
}

/**
 * A signal that fires if the script has to stop early: on Ctrl+C and similar signals (the reason is an
 * `Interruption`) and on an uncaught error (the reason is that error). From then on, none of these ends the
 * process, so that it can clean up.
 */
export function shutdownSignal(): AbortSignal {
	const controller = new AbortController();
	for (const signal of SIGNALS) {
		process.on(signal, () => controller.abort(new Interruption(signal)));
	}
	process.on('uncaughtException', (error) => controller.abort(error));
	return controller.signal;
}

/** Rejects with the signal's reason as soon as it fires; never resolves. */
export async function untilAborted(signal: AbortSignal): Promise<never> {
	return await new Promise((_, reject) => {
		const fail = () => reject(signal.reason as Error);
		if (signal.aborted) fail();
		else signal.addEventListener('abort', fail, { once: true });
	});
}
