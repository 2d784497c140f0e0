/** Calls the stand-in org as a client with a token that is bound to a key. */
import { createHash, randomUUID } from 'node:crypto';

import type { OrgResponse } from './okta-org.response';
import {
	call,
	ec,
	endpoint,
	HOOKS,
	org,
	requestToken,
	seconds,
	sign,
} from './okta-org.service-app.setup';
import type { Changes } from './okta-org.service-app.setup';

export interface ProofChanges extends Changes {
	/** The method and URL of the call that the proof is for. */
	method?: string;
	url?: string;
	nonce?: string;
	token?: string;
}

export async function proof({
	key = ec,
	signWith = key,
	method = 'POST',
	url = endpoint(),
	nonce,
	token,
	header,
	claims,
}: ProofChanges = {}): Promise<string> {
	return await sign(
		{ typ: 'dpop+jwt', alg: key.alg, jwk: key.publicJwk, ...header },
		{
			htm: method,
			htu: url,
			iat: seconds(),
			jti: randomUUID(),
			...(nonce !== undefined && { nonce }),
			...(token !== undefined && { ath: createHash('sha256').update(token).digest('base64url') }),
			...claims,
		},
		signWith,
	);
}

/** Gets the nonce that the token endpoint requires. */
export async function currentNonce(): Promise<string> {
	const { status, headers } = await requestToken({}, { dpop: await proof() });
	expect(status).toBe(400);
	return headers.get('dpop-nonce')!;
}

/** Gets a token bound to a key, with all the steps of a client. */
export async function boundToken(key = ec): Promise<string> {
	const dpop = await proof({ key, nonce: await currentNonce() });
	const { status, json } = await requestToken({}, { dpop });
	expect(status).toBe(200);
	return String(json.access_token);
}

export async function withDpop(token: string, changes: ProofChanges = {}): Promise<OrgResponse> {
	const url = org.url + HOOKS;
	return await call(HOOKS, {
		headers: {
			Authorization: `DPoP ${token}`,
			DPoP: await proof({ method: 'GET', url, token, ...changes }),
		},
	});
}
