import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PRELOAD = join(__dirname, 'move-clock.cjs');

/** A clock of n8n that a test can move. */
export interface MovableClock {
	/** For `N8nOptions.env`. */
	readonly env: NodeJS.ProcessEnv;
	/** Moves it ahead, so many ms in all. n8n's timers stay as they are. */
	moveTo(ms: number): void;
}

/** @param folder where a file for it may be written */
export function movableClock(folder: string): MovableClock {
	const file = join(folder, 'clock');
	return {
		env: { NODE_OPTIONS: `--require ${PRELOAD}`, CLOCK_FILE: file },
		moveTo: (ms) => writeFileSync(file, String(ms)),
	};
}
