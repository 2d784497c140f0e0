/** What Okta lets clients sign with, as its own challenges list it: asymmetric keys only. */
export const SIGNING_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
