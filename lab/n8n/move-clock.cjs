/**
 * Preloaded into n8n by tests in which much time passes: `Date.now()` is ahead by as many ms as the file
 * CLOCK_FILE says, from a moment after it was written.
 */
const { readFileSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

if (isMainThread && process.env.CLOCK_FILE !== undefined) {
	const now = Date.now.bind(Date);
	let ahead = 0;
	setInterval(() => {
		try {
			ahead = Number(readFileSync(process.env.CLOCK_FILE, 'utf8')) || 0;
		} catch {
			// Nobody has moved the clock.
		}
	}, 200).unref();
	Date.now = () => now() + ahead;
}
