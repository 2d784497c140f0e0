/** What users see when Okta rejects a service app's request, and which calls are made. */
import '../../lab/n8n-core/user-folder';

import { ExecuteContext, RoutingNode } from 'n8n-core';
import { createEmptyRunExecutionData } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INode,
	INodeType,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { OktaServiceAppApi } from '../../credentials/OktaServiceAppApi.credentials';
import { OktaUserMfaPollingTrigger } from '../../nodes/OktaUserMfaPollingTrigger/OktaUserMfaPollingTrigger.node';
import { pollContext } from '../../lab/n8n-core/contexts';
import { nodeIn, openWorkflow } from '../../lab/n8n-core/node-workflow';
import type { OktaOrg } from '../../lab/okta-org';
import { rejectionOf } from './rejection';
import {
	expectDelivery,
	startClock,
	startServiceApp as startServiceAppWith,
	stopAll,
	writesTo,
} from './setup';
import type { ServiceAppInput, ServiceAppSetup } from './setup';

afterEach(stopAll);

const HOOKS = 'okta.eventHooks.manage';
const LOGS = 'okta.logs.read';
const TYPE = 'oktaServiceAppApi';

const serviceApp = new OktaServiceAppApi();

/** A service app without DPoP, which gets a token in one call. */
async function startServiceApp(
	app: ServiceAppInput = {},
	orgOptions = {},
): Promise<ServiceAppSetup & { grant(...scopes: string[]): void }> {
	const engineOptions = { parameters: { authentication: 'serviceApp' }, cleansUp: false };
	const setup = await startServiceAppWith({ dpop: false, ...app }, orgOptions, engineOptions);
	const grant = (...scopes: string[]) => {
		setup.org.grantScopes(String(setup.engine.savedCredential().clientId), scopes);
	};
	return { ...setup, grant };
}

/** The calls to the Okta API. */
function apiCalls(org: OktaOrg): string[] {
	return org
		.requests()
		.filter(({ path }) => path.startsWith('/api/'))
		.map(({ method, path, status }) => `${status} ${method} ${path}`);
}

/** The status of each response from Okta's token endpoint. */
function tokenStatuses(org: OktaOrg): Array<number | undefined> {
	return org
		.requests()
		.filter(({ path }) => path === '/oauth2/v1/token')
		.map(({ status }) => status);
}

/** The scopes of the access tokens that were sent to the API. */
function sentScopes(org: OktaOrg): Set<string | undefined> {
	return new Set(
		org
			.requests()
			.filter(({ path }) => path.startsWith('/api/'))
			.map(({ scope }) => scope),
	);
}

/** n8n's handling of expiring credentials, for a credential held in memory. */
function holdCredential(data: ICredentialDataDecryptedObject): IWorkflowExecuteAdditionalData {
	return {
		credentialsHelper: {
			getParentTypes: () => [],
			isCredentialUsableByNode: () => true,
			getDecrypted: async () => structuredClone(data),
			preAuthentication: async (
				helpers: IHttpRequestHelper,
				decrypted: ICredentialDataDecryptedObject,
				_type: string,
				{ parameters }: INode,
				isExpired: boolean,
			) => {
				const isTest = parameters.temp === '';
				if (decrypted.accessToken !== '' && !isExpired && !isTest) return undefined;
				const output = await serviceApp.preAuthentication.call(helpers, decrypted);
				Object.assign(data, output);
				return Object.assign(decrypted, output);
			},
			authenticate: async (
				decrypted: ICredentialDataDecryptedObject,
				_type: string,
				request: IHttpRequestOptions,
			) => await serviceApp.authenticate(decrypted, request),
		},
	} as unknown as IWorkflowExecuteAdditionalData;
}

/** A workflow of one node. */
const STORED = {
	workflowId: 'wf1',
	workflowName: 'Watch MFA',
	nodeName: 'Node',
	parameters: {},
	staticData: {},
};

/** Runs a polling trigger's first poll, as n8n does when the workflow is published. */
async function publishPolling(data: ICredentialDataDecryptedObject): Promise<void> {
	const trigger = new OktaUserMfaPollingTrigger();
	const workflow = openWorkflow(trigger, {
		...STORED,
		parameters: { authentication: 'serviceApp' },
	});
	const context = pollContext(workflow, { additionalData: holdCredential(data) }, 'activate');
	await trigger.poll.call(context);
}

interface TestResult {
	status: 'OK' | 'Error';
	message?: string;
}

/**
 * Tests the credential as n8n 2 does. It always gets a new token and runs a node with one request.
 *
 * @see https://github.com/n8n-io/n8n/blob/master/packages/cli/src/services/credentials-tester.service.ts
 */
async function testCredential(data: ICredentialDataDecryptedObject): Promise<TestResult> {
	const { request, rules = [] } = serviceApp.test;
	const nodeType = {
		description: {
			name: 'noOp',
			credentials: [{ name: TYPE, required: true }],
			properties: [
				{ displayName: 'Temp', name: 'temp', type: 'string', routing: { request }, default: '' },
			],
		},
	} as unknown as INodeType;
	const workflow = openWorkflow(nodeType, STORED);
	const node = nodeIn(workflow);
	const context = new ExecuteContext(
		workflow,
		node,
		holdCredential(data),
		'internal',
		createEmptyRunExecutionData(),
		0,
		[],
		{ main: [[{ json: {} }]] },
		{ node, data: { main: [] }, source: null },
		[],
	);
	try {
		await new RoutingNode(context, nodeType, {
			id: 'cred1',
			name: 'Okta service app',
			type: TYPE,
			data,
		}).runNode();
		return { status: 'OK' };
	} catch (error) {
		const { message, cause } = error as Error;
		const { response } = (cause ?? {}) as { response?: { status: number; statusText: string } };
		if (response === undefined) return { status: 'Error', message };
		const rule = rules.find(({ properties }) => properties.value === response.status);
		return { status: 'Error', message: rule?.properties.message ?? response.statusText };
	}
}

const MISSING_HOOKS = new RegExp(
	`^The service app's access token doesn't include the scope '${HOOKS}'\\. .* 'Okta API Scopes' .*insufficient_scope\\)$`,
);
const MISSING_LOGS = new RegExp(MISSING_HOOKS.source.replace(HOOKS, LOGS));

describe('A service app that was granted the scope of only one trigger', () => {
	it('publishes with one token and stores its scopes', async () => {
		const setup = await startServiceApp({ scopes: [HOOKS] });
		await setup.engine.publish();

		expect(tokenStatuses(setup.org)).toEqual([200]);
		expect(sentScopes(setup.org)).toEqual(new Set([HOOKS]));
		expect(setup.engine.savedCredential().grantedScopes).toBe(HOOKS);
		await expectDelivery(setup);
	});

	it('polls with one token that has only that scope', async () => {
		const { org, engine } = await startServiceApp({ scopes: [LOGS] });
		const data = engine.savedCredential();
		await publishPolling({ ...data, accessToken: '' });

		expect(tokenStatuses(org)).toEqual([200]);
		expect(sentScopes(org)).toEqual(new Set([LOGS]));
	});

	it('makes the event hook trigger report its missing scope before it calls the API', async () => {
		const { org, engine } = await startServiceApp({ scopes: [LOGS] });
		const { message, failure } = await rejectionOf(engine.publish());

		expect(message).toMatch(MISSING_HOOKS);
		expect(message).not.toMatch(/connect it again|Custom Scopes/);
		expect(failure).toEqual({ cause: 'configuration-invalid' });
		expect(apiCalls(org)).toEqual([]);
		// n8n gets a second token because the scope may have been granted in the meantime.
		expect(tokenStatuses(org)).toEqual([200, 200]);
		expect(engine.savedCredential().grantedScopes).toBe(LOGS);
	});

	it('makes the polling trigger report its missing scope before it calls the API', async () => {
		const { org, engine } = await startServiceApp({ scopes: [HOOKS] });
		const data = { ...engine.savedCredential(), accessToken: '' };
		const { message, failure } = await rejectionOf(publishPolling(data));

		expect(message).toMatch(MISSING_LOGS);
		expect(failure).toEqual({ cause: 'configuration-invalid' });
		expect(apiCalls(org)).toEqual([]);
		expect(tokenStatuses(org)).toEqual([200, 200]);
	});

	it('lets both triggers use the same credential once the other scope is granted', async () => {
		const { org, engine, grant } = await startServiceApp({ scopes: [LOGS] });
		await rejectionOf(engine.publish());
		grant(HOOKS, LOGS);
		org.clearRequests();
		await engine.publish();
		await publishPolling(engine.savedCredential());

		expect(tokenStatuses(org)).toEqual([200]);
		expect(sentScopes(org)).toEqual(new Set([`${HOOKS} ${LOGS}`]));
		expect(engine.savedCredential().grantedScopes).toBe(`${HOOKS} ${LOGS}`);
		await expectDelivery({ org, engine });
	});
});

describe("A scope that is revoked from a published workflow's service app", () => {
	it('is reported once the access token has expired, and works again once it is granted again', async () => {
		const clock = startClock();
		const { org, engine, grant } = await startServiceApp();
		const poll = async (times: number) => {
			for (let polls = 0; polls < times; polls += 1) {
				clock.pass(5 * 60_000);
				await engine.poll();
			}
		};
		await engine.publish();
		const [hook] = org.hooks();
		grant(LOGS);
		await poll(3);
		expect(engine.failures()).toEqual([]);

		org.expireAccessTokens();
		await poll(4);
		expect(engine.failures()).toEqual([
			expect.stringMatching(
				new RegExp(`^n8n can't check or repair the event hook .* the scope '${HOOKS}'`),
			),
		]);
		expect((await rejectionOf(engine.unpublish())).message).toMatch(
			new RegExp(`^Event hook ${hook.id} is still in Okta\\. .* the scope '${HOOKS}'`),
		);
		expect(org.hooks()).toEqual([hook]);

		grant(HOOKS);
		await engine.unpublish();
		expect(org.hooks()).toEqual([]);
	});

	it('is reported as the last scope if no other is left', async () => {
		const { org, engine, grant } = await startServiceApp({ scopes: [HOOKS] });
		await engine.publish();
		grant();
		org.expireAccessTokens();

		expect((await rejectionOf(engine.unpublish())).message).toMatch(
			/is still in Okta.*hasn't been granted any scope .*Okta API Scopes.*'okta\.eventHooks\.manage'.*consent_required/,
		);
		expect(org.hooks()).toHaveLength(1);
	});
});

describe('An access token that an earlier version of this package stored without its scopes', () => {
	/** Starts with a stored token that is still valid but has no record of its scopes. */
	async function startWithToken(...scopes: string[]) {
		const setup = await startServiceApp({ scopes });
		await setup.engine.publish().catch(() => undefined);
		setup.engine.setCredential({ grantedScopes: '' });
		setup.org.clearRequests();
		return setup;
	}

	it('is used as it is', async () => {
		const { org, engine } = await startWithToken(HOOKS, LOGS);
		await engine.publish('update');
		await publishPolling(engine.savedCredential());

		expect(tokenStatuses(org)).toEqual([]);
		expect(sentScopes(org)).toEqual(new Set([`${HOOKS} ${LOGS}`]));
	});

	it('is replaced if it lacks a scope that was granted since', async () => {
		const { org, engine, grant } = await startWithToken(LOGS);
		grant(HOOKS, LOGS);
		await engine.publish();

		expect(apiCalls(org)[0]).toBe('403 GET /api/v1/eventHooks');
		expect(tokenStatuses(org)).toEqual([200]);
		expect(engine.savedCredential().grantedScopes).toBe(`${HOOKS} ${LOGS}`);
	});

	it('leads to an error if it lacks a scope that was never granted', async () => {
		const { org, engine } = await startWithToken(LOGS);
		const { message } = await rejectionOf(engine.publish());

		expect(message).toMatch(MISSING_HOOKS);
		// Only the stored token is sent. n8n knows that the new one lacks the scope.
		expect(apiCalls(org)).toEqual(['403 GET /api/v1/eventHooks']);
		expect(engine.savedCredential().grantedScopes).toBe(LOGS);
	});
});

describe('An error that a new token cannot fix', () => {
	it.each([
		['event hooks', HOOKS, "manage event hooks\\. .*'Admin roles' tab"],
		['the System Log', LOGS, "read the System Log\\. .*'Admin roles' tab"],
	])('is reported after one token: no admin role for %s', async (_what, scope, text) => {
		const { org, engine } = await startServiceApp({ admin: false });
		const data = { ...engine.savedCredential(), accessToken: '' };
		const publish = scope === HOOKS ? engine.publish() : publishPolling(data);
		const { message, failure } = await rejectionOf(publish);

		expect(message).toMatch(new RegExp(`^The service app isn't allowed to ${text}.*E0000006`));
		expect(failure).toEqual({ cause: 'configuration-invalid' });
		expect(tokenStatuses(org)).toEqual([200]);
		expect(writesTo(org)).toEqual(['POST /oauth2/v1/token']);
	});

	it.each([true, false])(
		'is reported after one token: no event hook filters (DPoP: %s)',
		async (dpop) => {
			const { org, engine } = await startServiceApp({ dpop });
			const options = { filterExpression: "event.outcome.result eq 'FAILURE'" };
			engine.setParameters({ authentication: 'serviceApp', options });
			const { message, failure } = await rejectionOf(engine.publish());

			expect(message).toMatch(
				/^Your Okta org doesn't support event hook filters.*'Event Hook Filtering'.*E0000015/,
			);
			expect(failure).toEqual({ cause: 'configuration-invalid' });
			expect(tokenStatuses(org).filter((status) => status === 200)).toEqual([200]);
			expect(org.hooks()).toEqual([]);
		},
	);

	it('is reported as temporary if it is the rate limit for tokens', async () => {
		const { engine } = await startServiceApp({}, { rateLimits: { '/oauth2/v1/token': 0 } });
		const { message, failure } = await rejectionOf(engine.publish());

		expect(message).toMatch(
			/^n8n can't get an access token for the service app right now: you've reached Okta's rate limit for tokens/,
		);
		expect(failure).toEqual({ cause: 'temporarily-unavailable' });
	});
});

describe('The credential test', () => {
	const ROLE = /has a scope but not the admin role for it.*'Admin roles' tab/;

	it.each([
		['both scopes', [HOOKS, LOGS], '200 GET /api/v1/eventHooks'],
		['the scope of the event hook trigger', [HOOKS], '200 GET /api/v1/eventHooks'],
		['the scope of the polling trigger', [LOGS], '200 GET /api/v1/logs?limit=1'],
	])('makes a call that the granted scopes allow: %s', async (_what, scopes, call) => {
		for (const dpop of [true, false]) {
			const { org, engine } = await startServiceApp({ scopes, dpop });
			const data = engine.savedCredential();

			expect(await testCredential(data)).toEqual({ status: 'OK' });
			expect(apiCalls(org)).toEqual([call]);
			expect(new Set(org.requests().map(({ acceptLanguage }) => acceptLanguage))).toEqual(
				new Set(['en']),
			);
			expect(data.grantedScopes).toBe(scopes.join(' '));
		}
	});

	it("uses the currently granted scopes, not the stored token's", async () => {
		const { org, engine, grant } = await startServiceApp({ scopes: [LOGS] });
		await rejectionOf(engine.publish());
		grant(HOOKS);
		org.clearRequests();

		expect(await testCredential(engine.savedCredential())).toEqual({ status: 'OK' });
		expect(apiCalls(org)).toEqual(['200 GET /api/v1/eventHooks']);
	});

	it.each([
		['for the event hook trigger', [HOOKS], '403 GET /api/v1/eventHooks'],
		['for the polling trigger', [LOGS], '403 GET /api/v1/logs?limit=1'],
	])('says that the admin role is missing %s', async (_what, scopes, call) => {
		const { org, engine } = await startServiceApp({ scopes, admin: false });
		const { status, message } = await testCredential(engine.savedCredential());

		expect(status).toBe('Error');
		expect(message).toMatch(ROLE);
		expect(message).toContain(scopes[0]);
		expect(apiCalls(org)).toEqual([call]);
		expect(tokenStatuses(org)).toEqual([200]);
	});

	it('says that no scope was granted', async () => {
		const { org, engine } = await startServiceApp({ scopes: ['okta.users.read'] });
		const { status, message } = await testCredential(engine.savedCredential());

		expect(status).toBe('Error');
		expect(message).toMatch(
			/^Okta didn't issue an access token to the service app: .*hasn't been granted any scope .*'okta\.eventHooks\.manage'.*'okta\.logs\.read'.*consent_required\)$/,
		);
		expect(apiCalls(org)).toEqual([]);
	});
});
