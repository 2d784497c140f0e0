import { randomToken } from './ids';
import type { ServiceApp } from './service-app';

/** One consent or one sign-in of a service app, shared by all tokens that come from it. */
export interface Grant {
	id: string;
	scope: string[];
	/** If missing, the grant belongs to the app that users sign in to. */
	serviceApp?: ServiceApp;
}

interface IssuedToken {
	grant: Grant;
	scope: string[];
	expiresAt: number;
	revoked: boolean;
	/** The thumbprint of the DPoP key that the token is bound to. */
	boundTo?: string;
}

export interface AccessToken {
	state: 'valid' | 'expired';
	scope: string[];
	serviceApp?: ServiceApp;
	boundTo?: string;
}

export interface IssuedCode {
	grant: Grant;
	redirectUri: string;
	codeChallenge: string;
	expiresAt: number;
}

/** How long a refresh token can stay unused. Okta's guides say seven days. */
const REFRESH_TOKEN_IDLE_LIFETIME = 7 * 24 * 3600 * 1000;

/** Okta's authorization codes live for a minute. */
const CODE_LIFETIME = 60 * 1000;

/** The org's codes and tokens. Their lifetimes follow the org's clock. */
export class TokenStore {
	private readonly codes = new Map<string, IssuedCode>();

	private readonly accessTokens = new Map<string, IssuedToken>();

	private readonly refreshTokens = new Map<string, IssuedToken>();

	constructor(private readonly now: () => number) {}

	newGrant(scope: string[], serviceApp?: ServiceApp): Grant {
		return { id: randomToken(12), scope, serviceApp };
	}

	saveCode(code: string, issued: Omit<IssuedCode, 'expiresAt'>): void {
		this.codes.set(code, { ...issued, expiresAt: this.now() + CODE_LIFETIME });
	}

	code(code: string): IssuedCode | undefined {
		const issued = this.codes.get(code);
		return issued && issued.expiresAt > this.now() ? issued : undefined;
	}

	/** A code can be used once. Returns `false` if it was already used. */
	useCode(code: string): boolean {
		return this.codes.delete(code);
	}

	saveAccessToken(
		token: string,
		grant: Grant,
		scope: string[],
		lifetimeSeconds: number,
		boundTo?: string,
	): void {
		const expiresAt = this.now() + lifetimeSeconds * 1000;
		this.accessTokens.set(token, { grant, scope, expiresAt, revoked: false, boundTo });
	}

	accessToken(token: string): AccessToken | undefined {
		const issued = this.accessTokens.get(token);
		if (!issued || issued.revoked) return undefined;
		const { grant, scope, expiresAt, boundTo } = issued;
		const state = expiresAt > this.now() ? 'valid' : 'expired';
		return { state, scope, serviceApp: grant.serviceApp, boundTo };
	}

	saveRefreshToken(token: string, grant: Grant, scope: string[]): void {
		const expiresAt = this.now() + REFRESH_TOKEN_IDLE_LIFETIME;
		this.refreshTokens.set(token, { grant, scope, expiresAt, revoked: false });
	}

	/**
	 * Returns what a refresh token grants, and restarts its idle time. If rotation has already replaced the
	 * token, it has leaked, and Okta revokes everything that came from the same consent.
	 *
	 * @see https://developer.okta.com/docs/guides/refresh-tokens/main/#refresh-token-reuse-detection
	 */
	useRefreshToken(token: string): { grant: Grant; scope: string[] } | undefined {
		const issued = this.refreshTokens.get(token);
		if (!issued) return undefined;
		if (issued.revoked) {
			this.revokeGrant(issued.grant);
			return undefined;
		}
		if (issued.expiresAt <= this.now()) return undefined;
		issued.expiresAt = this.now() + REFRESH_TOKEN_IDLE_LIFETIME;
		return issued;
	}

	/**
	 * Revokes a token of either kind. Revoking a refresh token also revokes the access tokens of its consent.
	 *
	 * @param serviceApp the caller, if it's a service app. Clients can only revoke their own tokens
	 */
	revoke(token: string, serviceApp?: ServiceApp): void {
		const access = this.accessTokens.get(token);
		if (access && access.grant.serviceApp === serviceApp) access.revoked = true;
		const refresh = this.refreshTokens.get(token);
		if (refresh) this.revokeGrant(refresh.grant);
	}

	/** Rotation: revokes the old refresh token, but not its access tokens. */
	retireRefreshToken(token: string): boolean {
		const issued = this.refreshTokens.get(token);
		if (!issued || issued.revoked) return false;
		issued.revoked = true;
		return true;
	}

	expireAccessTokens(): void {
		for (const issued of this.accessTokens.values()) issued.expiresAt = 0;
	}

	revokeRefreshTokens(): void {
		for (const issued of this.refreshTokens.values()) issued.revoked = true;
	}

	/** Leaves the tokens of service apps alone, because they don't depend on a user. */
	revokeUserTokens(): void {
		this.codes.clear();
		for (const issued of this.accessTokens.values()) {
			if (!issued.grant.serviceApp) issued.revoked = true;
		}
		this.revokeRefreshTokens();
	}

	private revokeGrant(grant: Grant): void {
		for (const tokens of [this.accessTokens, this.refreshTokens]) {
			for (const issued of tokens.values()) if (issued.grant.id === grant.id) issued.revoked = true;
		}
	}
}
