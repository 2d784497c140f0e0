import { eventHookInvalid } from './errors';
import { requestHook, type HookResponse } from './hook-request';
import { randomToken } from './ids';
import type { OrgState, StoredHook } from './state';

/**
 * The one-time verification: the endpoint has to send back, as JSON, a value that it finds in a
 * request header. One retry; throws when it does not prove itself.
 *
 * @see https://developer.okta.com/docs/concepts/event-hooks/#one-time-verification-request
 */
export async function verifyEndpoint(org: OrgState, hook: StoredHook): Promise<void> {
	const challenge = randomToken(30);
	const ask = async (): Promise<HookResponse> =>
		await requestHook(org, hook, {
			method: 'GET',
			headers: { 'X-Okta-Verification-Challenge': challenge },
		});

	let response = await ask();
	// "One retry is attempted after a timeout or error response": a 4xx too, unlike with deliveries.
	if (response.status === undefined || response.status >= 400) response = await ask();
	if (!isProof(response, challenge)) {
		throw eventHookInvalid(`Unable to verify event hook. Hook ${hook.input.name} execution failed`);
	}
}

function isProof(
	{ status, body = '', contentType = '' }: HookResponse,
	challenge: string,
): boolean {
	if (status !== 200 || !/^application\/json\b/i.test(contentType)) return false;
	try {
		const answer = JSON.parse(body) as { verification?: unknown } | null;
		return answer?.verification === challenge;
	} catch {
		return false;
	}
}
