import type { Request } from 'express';
import {
	calculateJwkThumbprint,
	decodeJwt,
	decodeProtectedHeader,
	EmbeddedJWK,
	errors,
	jwtVerify,
	type JWTPayload,
} from 'jose';
import { createHash } from 'node:crypto';
import { SIGNING_ALGORITHMS } from './signing-algorithms';
import type { OrgState } from './state';

/** A problem with a DPoP proof (`invalid_dpop_proof`). */
export class DpopProofError extends Error {}

export interface DpopProof {
	/** The thumbprint of the signing key, which tokens are bound to (`cnf.jkt`). */
	thumbprint: string;
	nonce: unknown;
}

/**
 * Checks a request's `DPoP` header, except for the nonce, which only the token endpoint requires.
 *
 * @param accessToken the access token of the request, for calls to the API
 * @see https://developer.okta.com/docs/guides/dpop/oktaresourceserver/main/
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-4.3
 */
export async function checkDpopProof(
	org: OrgState,
	request: Request,
	accessToken?: string,
): Promise<DpopProof> {
	const proof = request.get('dpop');
	if (proof === undefined) throw new DpopProofError('The DPoP proof JWT header is missing.');

	const claims = await verify(org, proof);
	if (claims.htm !== request.method) throw invalidClaim('htm');
	if (claims.htu !== org.url + request.originalUrl.replace(/\?.*$/, '')) throw invalidClaim('htu');
	if (accessToken !== undefined && claims.ath !== hash(accessToken)) {
		throw new DpopProofError(
			"'ath' claim in the DPoP proof does not match the presented access_token.",
		);
	}
	if (typeof claims.jti !== 'string' || claims.jti === '') throw invalidClaim('jti');
	if (!org.usedProofs.use(claims.jti)) {
		throw new DpopProofError('The DPoP proof JWT has already been used.');
	}
	return { thumbprint: await thumbprintOf(proof), nonce: claims.nonce };
}

/**
 * Marks a request's proof as used. Even if a call is rejected before its proof is checked, a retry needs a
 * new proof.
 */
export function markProofUsed(org: OrgState, request: Request): void {
	try {
		const { jti } = decodeJwt(request.get('dpop') ?? '');
		if (typeof jti === 'string') org.usedProofs.use(jti);
	} catch {
		// There's no proof, or it can't be used anyway.
	}
}

async function verify(org: OrgState, proof: string): Promise<JWTPayload> {
	try {
		// Repeated headers arrive as one, joined by a comma, which isn't a JWT either.
		decodeProtectedHeader(proof);
		decodeJwt(proof);
	} catch {
		throw new DpopProofError('DPoP proof JWT cannot be parsed.');
	}
	try {
		const { payload } = await jwtVerify(proof, EmbeddedJWK, {
			typ: 'dpop+jwt',
			algorithms: SIGNING_ALGORITHMS,
			requiredClaims: ['htm', 'htu', 'jti'],
			// `iat` is now, give or take the skew.
			maxTokenAge: 0,
			clockTolerance: org.dpopClockSkew,
			currentDate: new Date(org.now()),
		});
		return payload;
	} catch (error) {
		throw explain(org, error);
	}
}

function explain(org: OrgState, error: unknown): DpopProofError {
	if (error instanceof errors.JWTExpired && error.claim === 'iat') {
		const skew = org.dpopClockSkew === 300 ? 'five minutes' : `${org.dpopClockSkew} seconds`;
		return new DpopProofError(`The DPoP proof JWT is issued more than ${skew} in the past.`);
	}
	if (error instanceof errors.JWTClaimValidationFailed) {
		if (error.claim === 'typ') {
			return new DpopProofError("'typ' in the DPoP proof JWT header is invalid.");
		}
		if (error.claim === 'iat' && error.reason === 'check_failed') {
			return new DpopProofError('The DPoP proof JWT is issued in the future.');
		}
		return invalidClaim(error.claim);
	}
	if (error instanceof errors.JWTExpired) return invalidClaim(error.claim);
	if (error instanceof errors.JOSEAlgNotAllowed) {
		return new DpopProofError("'alg' in the DPoP proof JWT header is invalid.");
	}
	if (error instanceof errors.JWSSignatureVerificationFailed) {
		return new DpopProofError('The DPoP proof JWT signature is invalid.');
	}
	return new DpopProofError("'jwk' in the DPoP proof JWT header is not a public key.");
}

function invalidClaim(name: string): DpopProofError {
	return new DpopProofError(`'${name}' claim in the DPoP proof JWT is invalid.`);
}

async function thumbprintOf(proof: string): Promise<string> {
	const { jwk } = decodeProtectedHeader(proof);
	return await calculateJwkThumbprint(jwk!);
}

function hash(accessToken: string): string {
	return createHash('sha256').update(accessToken).digest('base64url');
}
