import type { JWK } from 'jose';
import { oktaId } from './ids';
import type { ServiceAppOptions } from './types';
import { UsedIds } from './used-ids';

/** An API Services app integration, which acts on its own behalf, without a user. */
export interface ServiceApp {
	readonly id: string;
	/** Its registered public keys by `kid`. */
	readonly keys: ReadonlyMap<string, JWK>;
	grantedScopes: readonly string[];
	readonly requiresDpop: boolean;
	readonly hasAdminRole: boolean;
	/** The `jti` of every client assertion so far. */
	readonly usedAssertions: UsedIds;
}

/** JWK members that only private and symmetric keys have. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv', 'k'];

/**
 * Registers a service app as an admin does in the console.
 *
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
 */
export function createServiceApp({
	jwks,
	scopes,
	dpop = true,
	admin = true,
}: ServiceAppOptions): ServiceApp {
	const keys = new Map<string, JWK>();
	for (const jwk of jwks.keys) {
		if (!jwk.kid) throw new Error('Each key of a service app must have a kid');
		if (keys.has(jwk.kid)) throw new Error(`Several keys have the kid ${jwk.kid}`);
		if (SECRET_MEMBERS.some((member) => member in jwk)) {
			throw new Error(`Not a public key: ${jwk.kid}`);
		}
		keys.set(jwk.kid, { ...jwk });
	}
	return {
		id: oktaId('0oa'),
		keys,
		grantedScopes: [...scopes],
		requiresDpop: dpop,
		hasAdminRole: admin,
		usedAssertions: new UsedIds(),
	};
}
