import { derivedTimeOf, isEqual, isSecret } from './secret';
import type { StoredSecret } from './staticData';
import type { BadAuthorization } from './traffic';

/** Derives secrets with the credential as it was last read. */
export interface SecretSource {
	/** @param time when the secret was derived, in ms since 1970 */
	secretAt(time: number): string;
	/** When the credential was read, in ms since 1970. It may have changed since then. */
	readAt: number;
}

/** Whether a request comes from Okta. */
export type Verdict =
	| { is: 'genuine'; secret: string }
	| { is: 'rejected'; status: 401 | 503; reason: string; authorization?: BadAuthorization }
	/** Only the current credential can decide. */
	| { is: 'undecided' };

/** The values of all Authorization headers of a request. */
export function authorizationOf(rawHeaders: readonly string[]): string[] {
	// Node's `headers` keeps only the first Authorization header.
	const values: string[] = [];
	for (let index = 0; index < rawHeaders.length; index += 2) {
		if (rawHeaders[index].toLowerCase() === 'authorization') values.push(rawHeaders[index + 1]);
	}
	return values;
}

/**
 * Checks whether a request carries the event hook's secret.
 *
 * The stored hash almost always decides. Because it can be outdated or missing, a secret that can be
 * derived from the credential is accepted too, unless publishing has replaced it with a later one.
 *
 * @param authorization from `authorizationOf`
 * @param stored what n8n has stored about the secret, if anything
 * @param source undefined if the credential hasn't been read yet
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
		if (stored) return wrong("its Authorization header doesn't match the event hook's secret");
		return {
			is: 'rejected',
			status: 503,
			reason: "n8n hasn't stored the event hook's secret yet. Okta will retry",
		};
	}
	if (source === undefined) return { is: 'undecided' };
	if (!isEqual(Buffer.from(value), Buffer.from(source.secretAt(time)))) {
		if (time > source.readAt) return { is: 'undecided' };
		return wrong("its Authorization header doesn't match the event hook's secret");
	}
	if (stored?.secretTime !== undefined && time < stored.secretTime && !stored.isForeign()) {
		return wrong('its Authorization header matches an earlier secret of the event hook');
	}
	return { is: 'genuine', secret: value };
}
