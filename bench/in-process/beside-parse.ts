import { Bench } from 'tinybench';

const ROUND_MS = 500;

/** What is timed: `run`, each time after `prepare`. */
export interface Task {
	prepare(): void;
	run(): void | Promise<void>;
}

/**
 * Times tasks beside `JSON.parse` of texts.
 *
 * @param round which round it is: each begins with another task, so that nobody is always the first
 * @returns the medians in µs, that of `JSON.parse` first
 * @throws what a task throws
 */
export async function besideParse(
	nextText: () => string,
	tasks: Task[],
	round: number,
): Promise<number[]> {
	let text = '';
	const parse: Task = {
		prepare() {
			text = nextText();
		},
		run: () => void JSON.parse(text),
	};
	const all = [parse, ...tasks];
	const bench = new Bench({ time: ROUND_MS, warmupTime: ROUND_MS / 5, throws: true });
	for (let turn = 0; turn < all.length; turn += 1) {
		const index = (round + turn) % all.length;
		const { prepare, run } = all[index];
		bench.add(String(index), run, { beforeEach: prepare });
	}
	await bench.run();
	return all.map((_, index) => {
		const result = bench.getTask(String(index))?.result;
		return result && 'latency' in result ? 1_000 * result.latency.p50 : NaN;
	});
}
