import ora from 'ora';

const PLAIN_LINE_EVERY_MS = 15_000;

type Work<T> = (report: (text: string) => void) => T | Promise<T>;

/**
 * Shows progress on stderr. On a terminal, the current step has a spinner and its elapsed time. Elsewhere (CI, a
 * pipe), each step prints plain lines, and a long one prints a line every 15 seconds.
 */
export class Steps {
	/** @param signal once it has fired, no more steps start */
	constructor(private readonly signal: AbortSignal) {}

	/**
	 * Runs one step. While it runs, whatever the work reports is shown instead of the title.
	 *
	 * @param title what the step does, in plain words
	 * @returns what the work returns
	 */
	async run<T>(title: string, work: Work<T>): Promise<T> {
		this.signal.throwIfAborted();
		const start = Date.now();
		const display = isTerminal() ? onTerminal(title, start) : inPlainLines(title, start);
		try {
			const result = await work(display.report);
			display.succeed(`${title} (${elapsed(start)})`);
			return result;
		} catch (error) {
			display.fail(title);
			throw error;
		}
	}
}

interface Display {
	report(text: string): void;
	succeed(text: string): void;
	fail(text: string): void;
}

/** On a terminal of unknown width, as in some CI systems, ora gets stuck in an endless loop. */
function isTerminal(): boolean {
	return process.stderr.isTTY && process.stderr.columns > 0;
}

function onTerminal(title: string, start: number): Display {
	// Ctrl+C must reach the script, which has to clean up.
	const spinner = ora({ text: title, discardStdin: false }).start();
	let text = title;
	const show = () => {
		spinner.text = `${text} … ${elapsed(start)}`;
	};
	const clock = setInterval(show, 1_000);
	return {
		report: (update) => {
			text = update;
			show();
		},
		succeed: (end) => {
			clearInterval(clock);
			spinner.succeed(end);
		},
		fail: (end) => {
			clearInterval(clock);
			spinner.fail(end);
		},
	};
}

function inPlainLines(title: string, start: number): Display {
	let text = title;
	console.error(`… ${title}`);
	const clock = setInterval(
		() => console.error(`  ${text} … ${elapsed(start)}`),
		PLAIN_LINE_EVERY_MS,
	);
	return {
		report: (update) => {
			text = update;
		},
		succeed: (end) => {
			clearInterval(clock);
			console.error(`✔ ${end}`);
		},
		fail: (end) => {
			clearInterval(clock);
			console.error(`✖ ${end}`);
		},
	};
}

function elapsed(start: number): string {
	const seconds = Math.round((Date.now() - start) / 1_000);
	return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
