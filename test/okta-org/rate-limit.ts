import type { NextFunction, Request, Response } from 'express';

const LIMIT = 600;
const WINDOW_SECONDS = 60;

/**
 * The rate-limit headers that go with every API answer. The counting is real, but nobody is turned
 * away: a test that wants a 429 adds a fault.
 *
 * @see https://developer.okta.com/docs/reference/rl-best-practices/
 */
export function rateLimitHeaders(now: () => number) {
	let windowEnd = 0;
	let used = 0;
	return (_request: Request, response: Response, next: NextFunction): void => {
		const second = Math.floor(now() / 1000);
		if (second >= windowEnd) {
			windowEnd = second + WINDOW_SECONDS;
			used = 0;
		}
		used++;
		response.set({
			'x-rate-limit-limit': String(LIMIT),
			'x-rate-limit-remaining': String(Math.max(LIMIT - used, 0)),
			'x-rate-limit-reset': String(windowEnd),
		});
		next();
	};
}
