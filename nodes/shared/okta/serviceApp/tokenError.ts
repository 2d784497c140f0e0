/**
 * How every message about a service app without an access token begins. By it the message is known
 * again behind n8n's own errors, of which n8n 1 keeps nothing else.
 */
export const NO_TOKEN = 'Okta gave the service app no access token: ';
