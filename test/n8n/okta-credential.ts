import type { OktaOrg } from '../okta-org';
import { connectOAuth } from './connect-oauth';
import type { Credential, N8nRest } from './rest';

/** Creates an Okta OAuth2 credential and connects it to the org: somebody has consented. */
export async function connectToOkta(rest: N8nRest, org: OktaOrg): Promise<Credential> {
	const credential = await rest.createCredential({
		name: 'Okta account',
		type: 'oktaOAuth2Api',
		data: { url: org.url, clientId: org.client.id, clientSecret: org.client.secret },
	});
	await connectOAuth(rest, credential.id);
	return credential;
}
