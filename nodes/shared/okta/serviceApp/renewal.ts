interface Reason {
	/** In the place of Okta's own code. */
	errorCode: string;
	errorSummary: string;
}

const UNUSABLE: Reason = {
	errorCode: 'E0000011',
	errorSummary: "The stored access token can't be used",
};

/**
 * Thrown while a request is signed, this makes n8n get a new token and have the request signed again:
 * n8n takes it for a 401. Thrown once more, it reaches the node.
 */
export class TokenUnusableError extends Error {
	override name = 'TokenUnusableError';

	/** As in the HTTP client's errors. */
	readonly response: { status: 401; data: Reason };

	constructor(reason: Reason = UNUSABLE) {
		super(reason.errorSummary);
		this.response = { status: 401, data: reason };
	}
}
