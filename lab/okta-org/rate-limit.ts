const DEFAULT_LIMIT = 1000;
const WINDOW_SECONDS = 60;

interface Window {
	end: number;
	used: number;
}

/** What the rate-limit headers say after a call. */
export interface RateLimit {
	limit: number;
	/** Negative once there were too many calls. */
	remaining: number;
	/** Unix time in seconds. */
	reset: number;
}

/**
 * Counts the calls of each endpoint, in a window of its own that begins with the first call.
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

	/** The longest prefix with a limit of its own, else all that begins alike: `/api/v1/eventHooks`. */
	private endpointOf(path: string): string {
		const [prefix] = Object.keys(this.limits)
			.filter((candidate) => path === candidate || path.startsWith(`${candidate}/`))
			.sort((a, b) => b.length - a.length);
		return prefix ?? path.split('/').slice(0, 4).join('/');
	}
}
