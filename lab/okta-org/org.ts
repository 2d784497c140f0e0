import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createApp } from './app';
import { Deliveries } from './delivery';
import { EventHooks } from './event-hooks';
import { buildEvent } from './build-event';
import { randomToken } from './ids';
import { createServiceApp } from './service-app';
import { OrgState } from './state';
import type {
	EventKind,
	EventOverrides,
	OktaOrg,
	OktaOrgOptions,
	SignInResult,
	TokenResponse,
} from './types';

/** Starts an org on 127.0.0.1. The caller must stop it. */
export async function startOktaOrg(options: OktaOrgOptions = {}): Promise<OktaOrg> {
	const org = new OrgState(options);
	const hooks = new EventHooks(org);
	const deliveries = new Deliveries(org, hooks);

	const server = createServer(createApp(org, hooks, deliveries));
	server.listen(options.port ?? 0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	org.url = `http://127.0.0.1:${port}`;
	org.otherUrl = `http://localhost:${port}`;

	const emit = async (kind: EventKind, overrides?: EventOverrides): Promise<SignInResult> => {
		const event = buildEvent(kind, org.now(), overrides);
		const { events, attempts } = await deliveries.publish([event]);
		return { event: events[0], deliveries: attempts };
	};

	return {
		url: org.url,
		otherUrl: org.otherUrl,
		id: org.id,
		client: org.client,
		faults: org.faults,

		console: {
			createHook: (input) => hooks.create(input),
			editHook: (id, changes) => hooks.replace(id, { ...hooks.inputOf(id), ...changes }),
			verifyHook: async (id) => await hooks.verify(id),
			activateHook: (id) => hooks.activate(id),
			deactivateHook: (id) => hooks.deactivate(id),
			deleteHook: (id) => {
				hooks.deactivate(id);
				hooks.delete(id);
			},
		},

		hooks: () => hooks.list(),
		secretOf: (hookId) => org.hooks.get(hookId)?.secret,
		log: () => org.log.all(),
		requests: () => org.requests.map((request) => ({ ...request })),
		clearRequests: () => {
			org.requests = [];
		},
		deliveries: () => org.deliveries.map((attempt) => structuredClone(attempt)),

		buildEvent: (kind, overrides) => buildEvent(kind, org.now(), overrides),
		signIn: emit,
		emit,
		publish: async (events) => (await deliveries.publish(events)).attempts,
		redeliver: async (eventId) => await deliveries.redeliver(eventId),

		issueTokens: async (scope) => issueTokens(org, scope),
		expireAccessTokens: () => org.tokens.expireAccessTokens(),
		revokeRefreshTokens: () => org.tokens.revokeRefreshTokens(),
		deactivateUser: () => {
			org.isUserActive = false;
			org.tokens.revokeUserTokens();
		},
		setAdminRights: (hasRights) => {
			org.hasAdminRights = hasRights;
		},

		grantScopes: (clientId, scopes) => {
			org.serviceApps.get(clientId)!.grantedScopes = [...scopes];
		},
		addServiceApp: (options) => {
			const created = createServiceApp(options);
			org.serviceApps.set(created.id, created);
			return created.id;
		},
		rotateDpopNonce: () => org.dpopNonces.revokeAll(),

		stop: async () => {
			org.stopped.abort();
			if (!server.listening) return;
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await Promise.all([closed, deliveries.settled()]);
		},
	};
}

/** What the token endpoint returns after a consent, without going through a browser. */
function issueTokens(org: OrgState, requested?: string): TokenResponse {
	const scope = requested?.split(' ') ?? org.grantedScopes;
	const missing = scope.filter((name) => !org.grantedScopes.includes(name));
	if (missing.length > 0) throw new Error(`Not granted to the app: ${missing.join(' ')}`);

	const grant = org.tokens.newGrant(scope);
	const accessToken = randomToken(48);
	org.tokens.saveAccessToken(accessToken, grant, scope, org.accessTokenLifetime);
	const refreshToken = scope.includes('offline_access') ? randomToken() : undefined;
	if (refreshToken !== undefined) org.tokens.saveRefreshToken(refreshToken, grant, scope);
	return {
		token_type: 'Bearer',
		expires_in: org.accessTokenLifetime,
		access_token: accessToken,
		scope: scope.join(' '),
		...(refreshToken !== undefined && { refresh_token: refreshToken }),
	};
}
