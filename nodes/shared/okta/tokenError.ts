/**
 * The prefix of every message about a service app without an access token. It identifies the message inside
 * n8n's own errors; n8n 1 keeps nothing else.
 */
export const NO_TOKEN = "Okta didn't issue an access token to the service app: ";

/** The prefix if waiting can help: Okta is unavailable, unreachable, or rate-limiting requests. */
export const NO_TOKEN_NOW = "n8n can't get an access token for the service app right now: ";

/** Whether an error message is about a service app without an access token. */
export function isTokenError(message: string): boolean {
	return message.startsWith(NO_TOKEN) || message.startsWith(NO_TOKEN_NOW);
}

/** Whether the service app may get an access token after waiting. */
export function isTransientTokenError(message: string): boolean {
	return message.startsWith(NO_TOKEN_NOW);
}

/** OAuth's error code for an overload or maintenance. Okta sends it with the status 400. */
export const TEMPORARILY_UNAVAILABLE = 'temporarily_unavailable';
