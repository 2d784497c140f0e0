import { eventHookInvalid } from './errors';
import { requestHook, type HookResponse } from './hook-request';
import { randomToken } from './ids';
import type { OrgState, StoredHook } from './state';

/**
 * The one-time verification: the endpoint must return the value of a request header as JSON. Okta retries
 * once.
 *
 * @throws {OktaApiError} if the endpoint doesn't return the value
 * @see https://developer.okta.com/docs/concepts/event-hooks/#one-time-verification-request
 */
export async function verifyEndpoint(org: OrgState, hook: StoredHook): Promise<void> {
	const challenge = randomToken(30);
	const sendChallenge = async (): Promise<HookResponse> =>
		await requestHook(org, hook, {
			method: 'GET',
			headers: { 'X-Okta-Verification-Challenge': challenge },
		});

	let response = await sendChallenge();
	// "One retry is attempted after a timeout or error response": a 4xx too, unlike with deliveries.
	if (response.status === undefined || response.status >= 400) response = await sendChallenge();
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
		const proof = JSON.parse(body) as { verification?: unknown } | null;
		return proof?.verification === challenge;
	} catch {
		return false;
	}
}
