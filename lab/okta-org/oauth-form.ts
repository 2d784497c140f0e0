import type { Request } from 'express';

export type OAuthForm = Readonly<Record<string, string | undefined>>;

/** The submitted form. A parameter that was sent more than once counts as missing. */
export function oauthForm(request: Request): OAuthForm {
	const body = (request.body ?? {}) as Record<string, unknown>;
	return Object.fromEntries(
		Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
	);
}
