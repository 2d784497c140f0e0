import axios from 'axios';
import { randomToken } from './ids';
import { isLoopback } from './loopback';
import type { OrgState, StoredHook } from './state';

export interface HookResponse {
	status?: number;
	/** As text. */
	body?: string;
	contentType?: string;
	/** Why there's no status. */
	error?: string;
}

/**
 * Sends one request to a hook's endpoint, with the hook's headers and secret, and doesn't follow redirects.
 * Timeouts and network failures are returned, not thrown.
 *
 * @see https://developer.okta.com/docs/concepts/event-hooks/#requests-sent-by-okta
 * @see https://support.okta.com/help/s/article/Unable-to-verify-event-hook-Hook-hook-name-execution-failed
 */
export async function requestHook(
	org: OrgState,
	hook: StoredHook,
	request: { method: 'GET' | 'POST'; headers?: Record<string, string>; body?: string },
): Promise<HookResponse> {
	const { uri, headers = [], authScheme } = hook.input.channel.config;
	// A stand-in must never call other machines.
	if (!isLoopback(uri)) return { error: 'This stand-in calls endpoints on loopback only' };

	const timeout = AbortSignal.timeout(org.deliveryTimeout);
	try {
		const response = await axios.request<string>({
			url: uri,
			method: request.method,
			headers: {
				Accept: 'application/json',
				'User-Agent': 'Okta-Integrations',
				'X-Okta-Request-Id': randomToken(18),
				...Object.fromEntries(headers.map(({ key, value }) => [key, value])),
				...(authScheme && { [authScheme.key]: hook.secret }),
				...request.headers,
			},
			data: request.body,
			responseType: 'text',
			transformResponse: [],
			maxRedirects: 0,
			maxContentLength: 1_000_000,
			proxy: false,
			validateStatus: () => true,
			signal: AbortSignal.any([timeout, org.stopped.signal]),
		});
		return {
			status: response.status,
			body: response.data,
			contentType: String(response.headers['content-type'] ?? ''),
		};
	} catch (error) {
		if (org.stopped.signal.aborted) return { error: 'The org was stopped' };
		if (timeout.aborted) return { error: `Timed out after ${org.deliveryTimeout} ms` };
		return { error: error instanceof Error ? error.message || error.name : String(error) };
	}
}

/** Okta retries once after a timeout, a network failure, or a 5xx. Any other response is final. */
export function shouldRetry(response: HookResponse): boolean {
	return response.status === undefined || response.status >= 500;
}
