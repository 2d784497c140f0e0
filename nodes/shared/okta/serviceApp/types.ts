import type { SigningKey } from './jwt';

/** A service app, as the user entered it. */
export interface ServiceApp {
	/** The org's origin. */
	orgUrl: string;
	clientId: string;
	keyId: string;
	privateKey: SigningKey;
}
