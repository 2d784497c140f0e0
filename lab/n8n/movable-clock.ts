import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PRELOAD = join(__dirname, 'move-clock.cjs');

/** A clock for n8n that a test can move. */
export interface MovableClock {
	/** For `N8nOptions.env`. */
	readonly env: NodeJS.ProcessEnv;
	/** Sets how many ms the clock is ahead in total. n8n's timers stay as they are. */
	moveTo(ms: number): void;
}

/** @param folder where to write the clock's file */
export function movableClock(folder: string): MovableClock {
	const file = join(folder, 'clock');
	return {
		env: { NODE_OPTIONS: `--require ${PRELOAD}`, CLOCK_FILE: file },
		moveTo: (ms) => writeFileSync(file, String(ms)),
	};
}
