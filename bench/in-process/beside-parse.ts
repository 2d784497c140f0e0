import { Bench } from 'tinybench';

const ROUND_MS = 500;

/** What is timed: `run`, each time after `prepare`. */
export interface Task {
	prepare(): void;
	run(): Promise<void>;
}

/**
 * Times tasks beside `JSON.parse` of texts.
 *
 * @returns the medians in µs, that of `JSON.parse` first
 * @throws what a task throws
 */
export async function besideParse(nextText: () => string, tasks: Task[]): Promise<number[]> {
	const bench = new Bench({ time: ROUND_MS, warmupTime: ROUND_MS / 5, throws: true });
	let text = '';
	bench.add('JSON.parse', () => void JSON.parse(text), {
		beforeEach: () => {
			text = nextText();
		},
	});
	for (const [index, task] of tasks.entries()) {
		bench.add(String(index), async () => await task.run(), { beforeEach: () => task.prepare() });
	}
	await bench.run();
	return bench.tasks.map(({ result }) => ('latency' in result ? 1_000 * result.latency.p50 : NaN));
}
