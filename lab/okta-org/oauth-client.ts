import type { Request } from 'express';
import { timingSafeEqual } from 'node:crypto';
import type { OAuthForm } from './oauth-form';
import type { OrgState } from './state';

/** Whether these are the credentials of the app registered in the org. */
export function isClient(
	org: OrgState,
	id: string | undefined,
	secret: string | null | undefined,
): boolean {
	return id === org.client.id && isSame(secret ?? '', org.client.secret);
}

export interface ClientCredentials {
	id?: string;
	secret?: string;
	/** Sent in more than one way, which Okta rejects. */
	areAmbiguous: boolean;
}

/**
 * The credentials of a form request: `client_secret_basic` or `client_secret_post`. An assertion
 * (`private_key_jwt`) is checked elsewhere, but can't be combined with a secret.
 */
export function readClientCredentials(request: Request, form: OAuthForm): ClientCredentials {
	const basic = /^Basic (\S+)$/i.exec(request.get('authorization') ?? '')?.[1];
	const sent = [basic, form.client_secret, form.client_assertion].filter(
		(credential) => credential !== undefined,
	).length;
	if (basic === undefined) {
		return { id: form.client_id, secret: form.client_secret, areAmbiguous: sent > 1 };
	}
	const [id, ...secret] = Buffer.from(basic, 'base64').toString().split(':');
	return { id, secret: secret.join(':'), areAmbiguous: sent > 1 };
}

function isSame(given: string, expected: string): boolean {
	const [a, b] = [Buffer.from(given), Buffer.from(expected)];
	return a.length === b.length && timingSafeEqual(a, b);
}
