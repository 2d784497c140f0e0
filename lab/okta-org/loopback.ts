const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether a URL stays on this machine. */
export function isLoopback(url: string): boolean {
	return URL.canParse(url) && LOOPBACK_HOSTS.includes(new URL(url).hostname);
}
