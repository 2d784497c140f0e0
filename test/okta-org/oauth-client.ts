import type { Request } from 'express';
import { timingSafeEqual } from 'node:crypto';
import type { OrgState } from './state';

/** Whether these are the credentials of the app that is registered in the org. */
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
	/** Sent in both places: Okta refuses that. */
	areAmbiguous: boolean;
}

/** The credentials of a form request: `client_secret_basic` or `client_secret_post`. */
export function clientCredentials(
	request: Request,
	form: Readonly<Record<string, string | undefined>>,
): ClientCredentials {
	const basic = /^Basic (\S+)$/i.exec(request.get('authorization') ?? '')?.[1];
	if (basic === undefined) {
		return { id: form.client_id, secret: form.client_secret, areAmbiguous: false };
	}
	const [id, ...secret] = Buffer.from(basic, 'base64').toString().split(':');
	return { id, secret: secret.join(':'), areAmbiguous: form.client_secret !== undefined };
}

function isSame(given: string, expected: string): boolean {
	const [a, b] = [Buffer.from(given), Buffer.from(expected)];
	return a.length === b.length && timingSafeEqual(a, b);
}
