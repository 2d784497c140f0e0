/**
 * Preloaded into n8n by tests that skip time: `Date.now()` is ahead by as many ms as the file CLOCK_FILE says,
 * shortly after the file is written.
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
			// The clock hasn't been moved yet.
		}
	}, 200).unref();
	Date.now = () => now() + ahead;
}
