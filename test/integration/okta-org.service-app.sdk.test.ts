import { Client } from '@okta/okta-sdk-nodejs';

import {
	clientId,
	org,
	register,
	restart,
	rsa,
	SCOPE,
	startServiceAppBeforeEach,
} from './okta-org.service-app.setup';

startServiceAppBeforeEach();

describe("Okta's own client", () => {
	function connect(): Client {
		return new Client({
			orgUrl: org.url,
			authorizationMode: 'PrivateKey',
			clientId,
			scopes: [SCOPE],
			privateKey: JSON.stringify(rsa.privateJwk),
			cacheMiddleware: null,
		});
	}

	test.each([false, true])(
		'signs in as a service app and calls the API (DPoP: %s)',
		async (dpop) => {
			await restart({ now: Date.now });
			register({ dpop });
			const { eventHookApi } = connect();
			const hook = await eventHookApi.createEventHook({
				eventHook: {
					name: 'Created by a service app',
					events: { type: 'EVENT_TYPE', items: ['user.authentication.auth_via_mfa'] },
					channel: { type: 'HTTP', version: '1.0.0', config: { uri: 'https://example.com/hook' } },
				},
			});
			expect(await eventHookApi.getEventHook({ eventHookId: hook.id! })).toMatchObject({
				name: 'Created by a service app',
			});
		},
	);
});
