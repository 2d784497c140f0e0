import ora from 'ora';

const PLAIN_LINE_EVERY_MS = 15_000;

type Work<T> = (report: (text: string) => void) => T | Promise<T>;

/**
 * Shows on stderr what goes on. On a terminal the running step has a spinner and the time it has taken
 * so far; elsewhere (CI, a pipe) it is plain lines, for a long step one now and then.
 */
export class Steps {
	/** @param signal no step begins once it has fired */
	constructor(private readonly signal: AbortSignal) {}

	/**
	 * Does one step. What the work reports takes the place of the title while it runs.
	 *
	 * @param title what is being done, in plain words
	 * @returns what the work returns
	 */
	async run<T>(title: string, work: Work<T>): Promise<T> {
		this.signal.throwIfAborted();
		const begin = Date.now();
		const display = isTerminal() ? onTerminal(title, begin) : inPlainLines(title, begin);
		try {
			const result = await work(display.report);
			display.succeed(`${title} (${elapsed(begin)})`);
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

/** A terminal that does not tell its width, as some CI systems have it, sends ora into an endless loop. */
function isTerminal(): boolean {
	return process.stderr.isTTY && process.stderr.columns > 0;
}

function onTerminal(title: string, begin: number): Display {
	// Ctrl-C goes to the script, which has to clean up.
	const spinner = ora({ text: title, discardStdin: false }).start();
	let text = title;
	const show = () => {
		spinner.text = `${text} … ${elapsed(begin)}`;
	};
	const clock = setInterval(show, 1_000);
	return {
		report: (news) => {
			text = news;
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

function inPlainLines(title: string, begin: number): Display {
	let text = title;
	console.error(`… ${title}`);
	const clock = setInterval(
		() => console.error(`  ${text} … ${elapsed(begin)}`),
		PLAIN_LINE_EVERY_MS,
	);
	return {
		report: (news) => {
			text = news;
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

function elapsed(begin: number): string {
	const seconds = Math.round((Date.now() - begin) / 1_000);
	return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
