import { randomToken } from './ids';

/** The org gives out a new nonce every day … */
const RENEWED_AFTER = 24 * 3600 * 1000;

/** … and still takes an old one for three days after it was made. */
const LIFETIME = 3 * 24 * 3600 * 1000;

/**
 * The nonces that limit how long a DPoP proof for the token endpoint is good.
 *
 * @see https://developer.okta.com/docs/guides/dpop/oktaresourceserver/main/#configure-dpop
 */
export class DpopNonces {
	private nonces: Array<{ value: string; madeAt: number }> = [];

	constructor(private readonly now: () => number) {}

	/** The nonce to use from now on. */
	current(): string {
		const newest = this.nonces.at(-1);
		if (newest && newest.madeAt + RENEWED_AFTER > this.now()) return newest.value;
		const value = randomToken(24);
		this.nonces.push({ value, madeAt: this.now() });
		return value;
	}

	accepts(nonce: unknown): boolean {
		this.nonces = this.nonces.filter(({ madeAt }) => madeAt + LIFETIME > this.now());
		return this.nonces.some(({ value }) => value === nonce);
	}

	voidAll(): void {
		this.nonces = [];
	}
}
