/**
 * How each message about a service app without an access token begins. By it the message is recognized
 * behind n8n's own errors, of which n8n 1 keeps nothing else.
 */
export const NO_TOKEN = "Okta didn't issue an access token to the service app: ";

/** The same if waiting can help: Okta is unavailable or unreachable, or limits the rate of requests. */
export const NO_TOKEN_NOW = "n8n can't get an access token for the service app right now: ";

/** Whether an error's message is one about a service app without an access token. */
export function isTokenError(message: string): boolean {
	return message.startsWith(NO_TOKEN) || message.startsWith(NO_TOKEN_NOW);
}

/** Whether waiting can help the service app to an access token. */
export function isTransientTokenError(message: string): boolean {
	return message.startsWith(NO_TOKEN_NOW);
}
