import { connectOAuth } from '../../lab/n8n/connect-oauth';
import { createErrorWorkflow, reportedMessages } from '../../lab/n8n/error-workflow';
import type { MfaWorkflowOptions } from '../../lab/n8n/mfa-workflow';
import { connectToOkta, serviceAppCredential } from '../../lab/n8n/okta-credential';
import { EVERY_FIVE_SECONDS, ONCE_A_YEAR } from '../../lab/n8n/poll-times';
import type { Json } from '../../lab/n8n/rest';
import { waitFor } from '../../lab/n8n/wait-for';
import type { RecordedRequest } from '../../lab/okta-org';
import { startWorld, withEach } from './world';
import type { Flow, World } from './world';

/** One of the package's triggers, and what it needs from Okta. */
interface Trigger {
	type: NonNullable<MfaWorkflowOptions['type']>;
	scope: string;
	path: string;
	pollTimes: Json;
	/** What n8n says the user, or the service app, isn't allowed to do. */
	action: string;
	/** How n8n names the role that allows it. */
	role: string;
}

const HOOK: Trigger = {
	type: 'oktaUserMfaTrigger',
	scope: 'okta.eventHooks.manage',
	path: '/api/v1/eventHooks',
	pollTimes: ONCE_A_YEAR,
	action: 'manage event hooks',
	role: 'the Super Administrator role',
};

const POLLING: Trigger = {
	type: 'oktaUserMfaPollingTrigger',
	scope: 'okta.logs.read',
	path: '/api/v1/logs',
	pollTimes: EVERY_FIVE_SECONDS,
	action: 'read the System Log',
	role: 'Read-Only Administrator',
};

const BOTH_SCOPES = `${HOOK.scope} ${POLLING.scope} offline_access`;

const CONNECT_AGAIN = /Open the credential 'Okta account' in n8n and connect it again/;

let world: World;
beforeAll(async () => {
	world = await startWorld();
});
afterEach(async () => {
	world.org.setAdminRights(true);
	await world.endScenario();
});
afterAll(async () => await world?.stop());

async function createFlow(
	{ type, pollTimes }: Trigger,
	credential = world.credential,
	{ parameters = {}, settings }: Pick<MfaWorkflowOptions, 'parameters' | 'settings'> = {},
): Promise<Flow> {
	const isServiceApp = credential.type === 'oktaServiceAppApi';
	const authentication = isServiceApp ? 'serviceApp' : 'oAuth2';
	return await world.createFlow(
		{ type, parameters: { authentication, pollTimes, ...parameters }, settings },
		credential,
	);
}

/** Signs a user in, and expects that this starts each of the workflows. No others may be active. */
async function expectSignInStarts(...started: Array<[Trigger, Flow]>): Promise<void> {
	const { event } = await world.org.signIn('sms');
	for (const [trigger, flow] of started) {
		// The world already expects what Okta delivers to the other trigger.
		if (trigger === POLLING) world.expectExecuted(event.uuid);
		await waitFor('the sign-in to start the workflow', 30_000, async () =>
			(await flow.items(0)).some(({ uuid }) => uuid === event.uuid) ? true : undefined,
		);
	}
}

/** Publishes each of the workflows, and returns the errors that the user sees. */
async function failToActivate(...flows: Flow[]): Promise<string[]> {
	return await withEach(flows, async (flow) => await flow.failToActivate());
}

/** The calls for a trigger that were made without its scope. */
function callsWithoutScope({ path, scope }: Trigger): RecordedRequest[] {
	return world.org
		.requests()
		.filter((call) => call.path.startsWith(path) && !call.scope?.split(' ').includes(scope));
}

describe("A connection without the trigger's scope", () => {
	it('prevents publishing, and the error says where to grant the scope and how to request it in n8n', async () => {
		const { org, rest } = world;
		const logsOnly = await connectToOkta(rest, org, 'okta.logs.read offline_access');
		// By default, the credential requests the event hook scope.
		const byDefault = await connectToOkta(rest, org);
		const flows = [await createFlow(HOOK, logsOnly), await createFlow(POLLING, byDefault)];
		const messages = await failToActivate(...flows);

		[HOOK, POLLING].forEach(({ scope }, index) => {
			expect(messages[index]).toContain(`doesn't include the scope '${scope}'`);
			expect(messages[index]).toContain(`'Enabled Scopes' includes ${scope}`);
			expect(messages[index]).toContain('insufficient_scope');
			expect(messages[index]).toMatch(
				/Okta Admin Console.*'Okta API Scopes'.*'Okta account'.*'Custom Scopes'.*connect it again/,
			);
		});
		expect(org.hooks()).toEqual([]);

		for (const { id, name, type } of [logsOnly, byDefault]) {
			const { id: clientId, secret: clientSecret } = org.client;
			const scopes = { customScopes: true, enabledScopes: BOTH_SCOPES };
			const data = { url: org.url, clientId, clientSecret, ...scopes };
			await rest.updateCredential(id, { name, type, data });
			await connectOAuth(rest, id);
		}
		for (const flow of flows) await flow.activate();
		await expectSignInStarts([HOOK, flows[0]], [POLLING, flows[1]]);
	});
});

describe('A service app with the scope of only one trigger', () => {
	it('runs that trigger, and the other one as soon as its scope is granted in Okta', async () => {
		const { org, rest } = world;
		const inputs = [HOOK, POLLING].map(({ scope }) =>
			serviceAppCredential(org, { scopes: [scope] }),
		);
		const hooksOnly = await rest.createCredential(inputs[0]);
		const logsOnly = await rest.createCredential(inputs[1]);
		const hook = await createFlow(HOOK, hooksOnly);
		const polling = await createFlow(POLLING, logsOnly);
		for (const flow of [hook, polling]) await flow.activate();
		await expectSignInStarts([HOOK, hook], [POLLING, polling]);

		const otherHook = await createFlow(HOOK, logsOnly);
		const otherPolling = await createFlow(POLLING, hooksOnly);
		org.clearRequests();
		const messages = await failToActivate(otherHook, otherPolling);
		[HOOK, POLLING].forEach((trigger, index) => {
			expect(messages[index]).toContain(`doesn't include the scope '${trigger.scope}'`);
			expect(messages[index]).toMatch(/Okta Admin Console.*'Okta API Scopes'/);
			// Nothing has to be changed in n8n.
			expect(messages[index]).not.toMatch(/Custom Scopes|connect it again/);
			expect(callsWithoutScope(trigger)).toEqual([]);
		});
		expect(org.hooks()).toHaveLength(1);

		for (const { data } of inputs) {
			org.grantScopes(String(data.clientId), [HOOK.scope, POLLING.scope]);
		}
		for (const flow of [otherHook, otherPolling]) await flow.activate();
		await expectSignInStarts(
			[HOOK, hook],
			[POLLING, polling],
			[HOOK, otherHook],
			[POLLING, otherPolling],
		);
	});
});

describe('A missing admin role', () => {
	it('is reported as such, not as a missing scope, for a user and for a service app', async () => {
		const { org, rest } = world;
		const oAuth = await connectToOkta(rest, org, BOTH_SCOPES);
		const serviceApp = await rest.createCredential(serviceAppCredential(org, { admin: false }));
		const hook = await createFlow(HOOK, oAuth);
		const polling = await createFlow(POLLING, oAuth);
		const ofServiceApp = [
			await createFlow(HOOK, serviceApp),
			await createFlow(POLLING, serviceApp),
		];
		org.setAdminRights(false);
		const messages = await failToActivate(hook, polling, ...ofServiceApp);
		org.setAdminRights(true);

		[HOOK, POLLING, HOOK, POLLING].forEach(({ action, role }, index) => {
			expect(messages[index]).toContain(`isn't allowed to ${action}`);
			expect(messages[index]).toContain(role);
			expect(messages[index]).toContain('E0000006');
			expect(messages[index]).not.toMatch(/API Scopes|connect it again/);
		});
		for (const message of messages.slice(0, 2)) {
			expect(message).toMatch(/The user who connected .* assign the user .*as a different user/);
		}
		for (const message of messages.slice(2)) {
			expect(message).toMatch(/The service app .*'Admin roles'/);
		}
		expect(org.hooks()).toEqual([]);
		for (const flow of [hook, polling]) await flow.activate();
		await expectSignInStarts([HOOK, hook], [POLLING, polling]);
	});
});

describe('An expired connection', () => {
	function expireConnections(): void {
		world.org.expireAccessTokens();
		world.org.revokeRefreshTokens();
	}

	it('is reported when a workflow is unpublished and published, until it is connected again', async () => {
		const { n8n, org, rest } = world;
		const credential = await connectToOkta(rest, org);
		const flow = await createFlow(HOOK, credential);
		await flow.activate();
		const [{ id }] = org.hooks();
		expireConnections();
		const logsBefore = n8n.logs().length;
		await flow.deactivate();
		expect(n8n.logs().slice(logsBefore)).toMatch(
			new RegExp(`Event hook ${id} is still in Okta.*${CONNECT_AGAIN.source}`),
		);
		expect(await flow.failToActivate()).toMatch(CONNECT_AGAIN);

		await connectOAuth(rest, credential.id);
		await flow.activate();
		expect(org.hooks().map((hook) => hook.id)).toEqual([id]);
		await expectSignInStarts([HOOK, flow]);
	});

	it('is reported by a poll in a failed execution, which starts the error workflow', async () => {
		const { org, rest } = world;
		const credential = await connectToOkta(rest, org, BOTH_SCOPES);
		const errorWorkflow = await createErrorWorkflow(rest);
		const flow = await createFlow(POLLING, credential, { settings: { errorWorkflow } });
		await flow.activate();
		await expectSignInStarts([POLLING, flow]);
		expireConnections();
		const [, failed] = await flow.executions(2);
		const [message] = await reportedMessages(rest, errorWorkflow, 1);

		expect(failed.status).toBe('error');
		expect(failed.error).toMatch(CONNECT_AGAIN);
		expect(message).toBe(failed.error);
		await connectOAuth(rest, credential.id);
		await expectSignInStarts([POLLING, flow]);
	});
});

describe("An empty 'Other Factors'", () => {
	it("prevents publishing if 'Factors' includes 'Other', selected or from an expression", async () => {
		const { org, rest } = world;
		const credential = await connectToOkta(rest, org, BOTH_SCOPES);
		const flows: Flow[] = [];
		for (const factors of [['other'], '={{ ["other"] }}']) {
			const parameters = { factors, otherFactors: '' };
			for (const trigger of [HOOK, POLLING]) {
				flows.push(await createFlow(trigger, credential, { parameters }));
			}
		}

		for (const message of await failToActivate(...flows)) {
			expect(message).toContain("'Other Factors' is empty");
		}
		expect(org.hooks()).toEqual([]);
	});

	it("is fine if the expression for 'Factors' doesn't return 'other'", async () => {
		const credential = await connectToOkta(world.rest, world.org, BOTH_SCOPES);
		const parameters = { factors: '={{ ["SMS_FACTOR"] }}' };
		const hook = await createFlow(HOOK, credential, { parameters });
		const polling = await createFlow(POLLING, credential, { parameters });
		for (const flow of [hook, polling]) await flow.activate();
		await expectSignInStarts([HOOK, hook], [POLLING, polling]);
	});
});
