const DEFAULT_LIMIT = 1000;
const WINDOW_SECONDS = 60;

interface Window {
	end: number;
	used: number;
}

/** The values of the rate-limit headers after a call. */
export interface RateLimit {
	limit: number;
	/** Negative if there were too many calls. */
	remaining: number;
	/** Unix time in seconds. */
	reset: number;
}

/**
 * Counts each endpoint's calls, in a window that starts with the first call.
 *
 * @see https://developer.okta.com/docs/reference/rl-best-practices/
 */
export class RateLimits {
	private readonly windows = new Map<string, Window>();

	constructor(
		private readonly now: () => number,
		/** Calls per window, by path prefix. */
		private readonly limits: Readonly<Record<string, number>> = {},
	) {}

	count(path: string): RateLimit {
		const endpoint = this.endpointOf(path);
		const second = Math.floor(this.now() / 1000);
		let window = this.windows.get(endpoint);
		if (!window || second >= window.end) {
			window = { end: second + WINDOW_SECONDS, used: 0 };
			this.windows.set(endpoint, window);
		}
		window.used++;
		const limit = this.limits[endpoint] ?? DEFAULT_LIMIT;
		return { limit, remaining: limit - window.used, reset: window.end };
	}

	/** The longest prefix that has its own limit, or the first three segments, e.g. `/api/v1/eventHooks`. */
	private endpointOf(path: string): string {
		const [prefix] = Object.keys(this.limits)
			.filter((candidate) => path === candidate || path.startsWith(`${candidate}/`))
			.sort((a, b) => b.length - a.length);
		return prefix ?? path.split('/').slice(0, 4).join('/');
	}
}
