import OAuth2Server from '@node-oauth/oauth2-server';
import { isClient } from './oauth-client';
import { randomToken } from './ids';
import { ADMIN, type OrgState } from './state';
import type { Grant } from './token-store';

/** Keeps the library, which uses the machine's clock, from checking lifetimes: the org uses its own clock. */
const FAR_AHEAD = new Date(8.64e15);

/** The user who consented, as the library passes them along. */
interface ConsentingUser extends OAuth2Server.User {
	id: string;
	grant?: Grant;
}

/** The user on the consent page. */
export const consentingUser: ConsentingUser = { id: ADMIN.id };

export type OAuthModel = OAuth2Server.AuthorizationCodeModel & OAuth2Server.RefreshTokenModel;

/**
 * What `@node-oauth/oauth2-server` needs to know about this org.
 *
 * @param authenticatesClient whether the client must prove its identity: yes at the token endpoint, no at
 * the authorize endpoint, where the browser only names it
 * @see https://node-oauthoauth2-server.readthedocs.io/en/master/model/overview.html
 */
export function oauthModel(org: OrgState, authenticatesClient: boolean): OAuthModel {
	const userOf = (grant: Grant): ConsentingUser => ({ ...consentingUser, grant });

	return {
		async getClient(id, secret) {
			if (authenticatesClient ? !isClient(org, id, secret) : id !== org.client.id) return undefined;
			return client(org);
		},

		async validateRedirectUri(redirectUri) {
			return isRegistered(org, redirectUri);
		},

		async saveAuthorizationCode(code, codeClient, user) {
			org.tokens.saveCode(code.authorizationCode, {
				grant: org.tokens.newGrant(code.scope ?? []),
				redirectUri: code.redirectUri,
				codeChallenge: code.codeChallenge ?? '',
			});
			return { ...code, client: codeClient, user };
		},

		async getAuthorizationCode(authorizationCode) {
			const issued = org.isUserActive ? org.tokens.code(authorizationCode) : undefined;
			return (
				issued && {
					authorizationCode,
					expiresAt: FAR_AHEAD,
					redirectUri: issued.redirectUri,
					scope: issued.grant.scope,
					client: client(org),
					user: userOf(issued.grant),
					codeChallenge: issued.codeChallenge,
					codeChallengeMethod: 'S256',
				}
			);
		},

		async revokeAuthorizationCode({ authorizationCode }) {
			return org.tokens.useCode(authorizationCode);
		},

		async getRefreshToken(refreshToken) {
			const issued = org.isUserActive ? org.tokens.useRefreshToken(refreshToken) : undefined;
			return (
				issued && {
					refreshToken,
					scope: issued.scope,
					client: client(org),
					user: userOf(issued.grant),
				}
			);
		},

		async revokeToken({ refreshToken }) {
			return org.tokens.retireRefreshToken(refreshToken);
		},

		async generateAuthorizationCode() {
			return randomToken(32);
		},

		async generateAccessToken() {
			return randomToken(48);
		},

		async generateRefreshToken() {
			return randomToken(32);
		},

		// API calls are checked in api-access.ts, which responds the way the Management API does.
		async getAccessToken() {
			return undefined;
		},

		async saveToken(token, tokenClient, user) {
			const { grant } = user as ConsentingUser;
			if (!grant) throw new Error('A token needs a consent');
			const scope = token.scope ?? grant.scope;
			org.tokens.saveAccessToken(token.accessToken, grant, scope, org.accessTokenLifetime);
			const refreshToken = grant.scope.includes('offline_access') ? token.refreshToken : undefined;
			if (refreshToken !== undefined) {
				org.tokens.saveRefreshToken(refreshToken, grant, grant.scope);
			}
			return { accessToken: token.accessToken, refreshToken, scope, client: tokenClient, user };
		},
	};
}

/** Whether the app can redirect the browser to this URI. It must match a registered one exactly. */
export function isRegistered(org: OrgState, redirectUri: string): boolean {
	if (org.redirectUris !== 'any') return org.redirectUris.includes(redirectUri);
	return (
		URL.canParse(redirectUri) &&
		/^https?:$/.test(new URL(redirectUri).protocol) &&
		!redirectUri.includes('#')
	);
}

function client(org: OrgState): OAuth2Server.Client {
	return {
		id: org.client.id,
		grants: ['authorization_code', 'refresh_token'],
		// The library requires at least one, then calls validateRedirectUri.
		redirectUris: org.redirectUris === 'any' ? ['any'] : org.redirectUris,
	};
}
