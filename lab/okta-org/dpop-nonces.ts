import { randomToken } from './ids';

/** The org issues a new nonce every day … */
const RENEWED_AFTER = 24 * 3600 * 1000;

/** … and accepts each one for three days. */
const LIFETIME = 3 * 24 * 3600 * 1000;

/**
 * The nonces that limit how long a DPoP proof for the token endpoint is valid.
 *
 * @see https://developer.okta.com/docs/guides/dpop/oktaresourceserver/main/#configure-dpop
 */
export class DpopNonces {
	private nonces: Array<{ value: string; issuedAt: number }> = [];

	constructor(private readonly now: () => number) {}

	/** The nonce for new proofs. */
	current(): string {
		const newest = this.nonces.at(-1);
		if (newest && newest.issuedAt + RENEWED_AFTER > this.now()) return newest.value;
		const value = randomToken(24);
		this.nonces.push({ value, issuedAt: this.now() });
		return value;
	}

	accepts(nonce: unknown): boolean {
		this.nonces = this.nonces.filter(({ issuedAt }) => issuedAt + LIFETIME > this.now());
		return this.nonces.some(({ value }) => value === nonce);
	}

	revokeAll(): void {
		this.nonces = [];
	}
}
