/**
 * A service app in the stand-in org, and helpers for signing in as that app.
 *
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
 */
import { randomUUID } from 'node:crypto';

import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK, JWTHeaderParameters, JWTPayload } from 'jose';

import { startOktaOrg } from '../../lab/okta-org';
import type { OktaOrg, OktaOrgOptions, ServiceAppOptions } from '../../lab/okta-org';
import { readResponse } from './okta-org.response';
import type { OrgResponse } from './okta-org.response';

export interface Key {
	alg: string;
	privateKey: CryptoKey;
	privateJwk: JWK;
	/** Includes its `kid`. */
	publicJwk: JWK;
}

export async function newKey(alg: string): Promise<Key> {
	const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
	const publicJwk = await exportJWK(publicKey);
	const kid = await calculateJwkThumbprint(publicJwk);
	return {
		alg,
		privateKey,
		privateJwk: { ...(await exportJWK(privateKey)), kid },
		publicJwk: { ...publicJwk, kid },
	};
}

export let rsa: Key;
export let ec: Key;
export let unregistered: Key;

export const HOOKS = '/api/v1/eventHooks';
export const SCOPE = 'okta.eventHooks.manage';

export let org: OktaOrg;
export let clientId: string;
/** The org's clock, in milliseconds. */
let now: number;

export async function restart(options: OktaOrgOptions = {}): Promise<void> {
	await org?.stop();
	now = Date.now();
	org = await startOktaOrg({ now: () => now, ...options });
}

export function register(options: Partial<ServiceAppOptions> = {}): void {
	clientId = org.addServiceApp({
		jwks: { keys: [rsa.publicJwk, ec.publicJwk] },
		scopes: [SCOPE, 'okta.logs.read'],
		dpop: false,
		...options,
	});
}

/** Creates keys for the test file and an org with a service app for each test. */
export function startServiceAppBeforeEach(): void {
	beforeAll(async () => {
		[rsa, ec, unregistered] = await Promise.all([
			newKey('RS256'),
			newKey('ES256'),
			newKey('RS256'),
		]);
	});

	beforeEach(async () => {
		await restart();
		register();
	});

	afterEach(async () => {
		await org.stop();
	});
}

/** Moves the org's clock forward. */
export function passTime(ms: number): void {
	now += ms;
}

/** Makes later assertions come from this service app. */
export function signInAs(id: string): void {
	clientId = id;
}

export const seconds = () => Math.floor(now / 1000);
export const endpoint = (name = 'token') => `${org.url}/oauth2/v1/${name}`;

/** Changes to an otherwise valid JWT. `undefined` omits a member. */
export interface Changes {
	key?: Key;
	signWith?: Key;
	header?: Partial<JWTHeaderParameters> & Record<string, unknown>;
	claims?: Record<string, unknown>;
}

export async function sign(
	header: JWTHeaderParameters,
	claims: JWTPayload,
	key: Key,
): Promise<string> {
	return await new SignJWT(claims).setProtectedHeader(header).sign(key.privateKey);
}

export async function assertion({ key = rsa, signWith = key, header, claims }: Changes = {}) {
	return await sign(
		{ alg: key.alg, kid: key.publicJwk.kid, ...header },
		{
			iss: clientId,
			sub: clientId,
			aud: endpoint(),
			iat: seconds(),
			exp: seconds() + 300,
			jti: randomUUID(),
			...claims,
		},
		signWith,
	);
}

export async function call(path: string, init: RequestInit = {}): Promise<OrgResponse> {
	return await readResponse(await fetch(new URL(path, org.url), init));
}

/** The form of a token request. `undefined` omits a parameter. */
export async function form(
	changes: Record<string, string | undefined> = {},
	jwt?: string,
): Promise<URLSearchParams> {
	const parameters = {
		grant_type: 'client_credentials',
		scope: SCOPE,
		client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
		client_assertion: jwt ?? (await assertion()),
		...changes,
	};
	return new URLSearchParams(
		Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined),
	);
}

export async function requestToken(
	changes: Record<string, string | undefined> = {},
	{ jwt, dpop, headers }: { jwt?: string; dpop?: string; headers?: Record<string, string> } = {},
): Promise<OrgResponse> {
	return await call('/oauth2/v1/token', {
		method: 'POST',
		headers: { ...headers, ...(dpop !== undefined && { DPoP: dpop }) },
		body: await form(changes, jwt),
	});
}

export async function tokenWith(changes: Changes): Promise<OrgResponse> {
	return await requestToken({}, { jwt: await assertion(changes) });
}

export async function withBearer(
	token: unknown,
	path = HOOKS,
	method = 'GET',
): Promise<OrgResponse> {
	return await call(path, { method, headers: { Authorization: `Bearer ${String(token)}` } });
}

export function invalidClient(description: string) {
	return { error: 'invalid_client', error_description: description };
}
