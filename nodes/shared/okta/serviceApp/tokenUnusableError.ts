interface Reason {
	/** Takes the place of Okta's own code. */
	errorCode: string;
	errorSummary: string;
}

const UNUSABLE: Reason = {
	errorCode: 'E0000011',
	errorSummary: "The stored access token can't be used",
};

/**
 * Throw this while signing a request to make n8n get a new token and sign the request again: n8n treats it
 * like a 401. If it's thrown a second time, it reaches the node.
 */
export class TokenUnusableError extends Error {
	override name = 'TokenUnusableError';

	/** Has the same shape as in the HTTP client's errors. */
	readonly response: { status: 401; data: Reason };

	constructor(reason: Reason = UNUSABLE) {
		super(reason.errorSummary);
		this.response = { status: 401, data: reason };
	}
}
