import { timingSafeEqual } from 'node:crypto';

import { derivedTimeOf, isSecret } from './secret';
import type { StoredSecret } from './staticData';
import type { BadAuthorization } from './traffic';

/** Derives the secret of a time, with a credential that was read a while ago. */
export interface SecretSource {
	/** @param time ms since 1970 */
	secretAt(time: number): string;
	/** When the credential was read, in ms since 1970. It may have changed since. */
	readAt: number;
}

/** Whether a request comes from Okta. */
export type Verdict =
	| { is: 'genuine'; secret: string }
	| { is: 'rejected'; status: 401 | 503; reason: string; authorization?: BadAuthorization }
	/** It may be genuine: only a secret that is derived from the credential as it is now can tell. */
	| { is: 'undecided' };

/** The values of a request's Authorization headers, as it was sent. */
export function authorizationOf(rawHeaders: readonly string[]): string[] {
	// Node drops all but the first of a repeated Authorization header from `headers`.
	const values: string[] = [];
	for (let index = 0; index < rawHeaders.length; index += 2) {
		if (rawHeaders[index].toLowerCase() === 'authorization') values.push(rawHeaders[index + 1]);
	}
	return values;
}

function isEqual(one: string, other: string): boolean {
	const [first, second] = [Buffer.from(one), Buffer.from(other)];
	return first.length === second.length && timingSafeEqual(first, second);
}

/**
 * Checks whether a request carries the secret of the event hook.
 *
 * The stored hash decides nearly always. It can be out of date or gone, though: then a secret that can
 * be derived from the credential is accepted too, unless it is older than the stored one, which
 * publishing has replaced.
 *
 * @param authorization `authorizationOf`
 * @param stored what n8n remembers of the secret, if anything
 * @param source undefined if the credential wasn't read yet
 */
export function authenticate(
	authorization: readonly string[],
	stored: StoredSecret | undefined,
	source: SecretSource | undefined,
): Verdict {
	const [value, another] = authorization;
	if (value === undefined) {
		return {
			is: 'rejected',
			status: 401,
			reason:
				'it has no Authorization header. If it came from Okta, a reverse proxy removed the header',
			authorization: 'missing',
		};
	}
	const wrong = (reason: string): Verdict => ({
		is: 'rejected',
		status: 401,
		reason,
		authorization: 'wrong',
	});
	if (another !== undefined) return wrong('it has more than one Authorization header');
	if (stored && isSecret(value, stored.secretHash)) return { is: 'genuine', secret: value };

	const time = derivedTimeOf(value);
	if (time === undefined) {
		if (stored) return wrong("its Authorization header isn't the event hook's secret");
		return {
			is: 'rejected',
			status: 503,
			reason: "n8n hasn't stored the event hook's secret yet. Okta will retry",
		};
	}
	if (source === undefined) return { is: 'undecided' };
	if (!isEqual(value, source.secretAt(time))) {
		if (time > source.readAt) return { is: 'undecided' };
		return wrong("its Authorization header isn't the event hook's secret");
	}
	if (stored?.secretTime !== undefined && time < stored.secretTime && !stored.isForeign()) {
		return wrong('its Authorization header is an earlier secret of the event hook');
	}
	return { is: 'genuine', secret: value };
}
