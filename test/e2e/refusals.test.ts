import { connectOAuth } from '../../lab/n8n/connect-oauth';
import { createErrorWorkflow, reportedMessages } from '../../lab/n8n/error-workflow';
import type { MfaWorkflowOptions } from '../../lab/n8n/mfa-workflow';
import { connectToOkta, serviceAppCredential } from '../../lab/n8n/okta-credential';
import { OFTEN, SELDOM } from '../../lab/n8n/poll-times';
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
	pollTimes: SELDOM,
	action: 'manage event hooks',
	role: 'the Super Administrator role',
};

const POLLING: Trigger = {
	type: 'oktaUserMfaPollingTrigger',
	scope: 'okta.logs.read',
	path: '/api/v1/logs',
	pollTimes: OFTEN,
	action: 'read the System Log',
	role: 'Read-Only Administrator',
};

const BOTH_SCOPES = `${HOOK.scope} ${POLLING.scope} offline_access`;

const CONNECT_AGAIN = /Open the credential 'Okta OAuth2 API' in n8n, connect it again/;

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

/** Somebody signs in, and that starts all of the workflows, which are all that are active. */
async function expectSignInStarts(...started: Array<[Trigger, Flow]>): Promise<void> {
	const { event } = await world.org.signIn('sms');
	for (const [trigger, flow] of started) {
		// What Okta delivers to the other trigger, the world has seen.
		if (trigger === POLLING) world.expectExecuted(event.uuid);
		await waitFor('the sign-in to start the workflow', 30_000, async () =>
			(await flow.items(0)).some(({ uuid }) => uuid === event.uuid) ? true : undefined,
		);
	}
}

/** Publishes each of the workflows, and returns the errors that a person reads. */
async function failToActivate(...flows: Flow[]): Promise<string[]> {
	return await withEach(flows, async (flow) => await flow.failToActivate());
}

/** The calls for a trigger that came without its scope. */
function callsWithoutScope({ path, scope }: Trigger): RecordedRequest[] {
	return world.org
		.requests()
		.filter((call) => call.path.startsWith(path) && !call.scope?.split(' ').includes(scope));
}

describe("A connection without the trigger's scope", () => {
	it('is told of when the workflow is published: where to grant it, and how to get it into n8n', async () => {
		const { org, rest } = world;
		const logsOnly = await connectToOkta(rest, org, 'okta.logs.read offline_access');
		// As long as nobody chooses others, the credential asks for the scope of the event hook.
		const asItIs = await connectToOkta(rest, org);
		const flows = [await createFlow(HOOK, logsOnly), await createFlow(POLLING, asItIs)];
		const messages = await failToActivate(...flows);

		[HOOK, POLLING].forEach(({ scope }, index) => {
			expect(messages[index]).toContain(`doesn't include the scope '${scope}'`);
			expect(messages[index]).toContain(`'Enabled Scopes' includes ${scope}`);
			expect(messages[index]).toContain('insufficient_scope');
			expect(messages[index]).toMatch(
				/Okta Admin Console.*'Okta API Scopes'.*'Okta OAuth2 API'.*'Custom Scopes'.*connect it again/,
			);
		});
		expect(org.hooks()).toEqual([]);

		for (const { id, name, type } of [logsOnly, asItIs]) {
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

describe('A service app with the scope of one trigger alone', () => {
	it('runs that one, and the other one as soon as its scope is granted in Okta', async () => {
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
	it('is told of by itself, and not as a missing scope, of a person and of a service app', async () => {
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

describe('A connection that has ended', () => {
	function endConnections(): void {
		world.org.expireAccessTokens();
		world.org.revokeRefreshTokens();
	}

	it('is told of when a workflow is unpublished and published, until it is connected again', async () => {
		const { n8n, org, rest } = world;
		const credential = await connectToOkta(rest, org);
		const flow = await createFlow(HOOK, credential);
		await flow.activate();
		const [{ id }] = org.hooks();
		endConnections();
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

	it('is told of by a poll in a failed execution, which the error workflow picks up', async () => {
		const { org, rest } = world;
		const credential = await connectToOkta(rest, org, BOTH_SCOPES);
		const errorWorkflow = await createErrorWorkflow(rest);
		const flow = await createFlow(POLLING, credential, { settings: { errorWorkflow } });
		await flow.activate();
		await expectSignInStarts([POLLING, flow]);
		endConnections();
		const [, failed] = await flow.executions(2);
		const [told] = await reportedMessages(rest, errorWorkflow, 1);

		expect(failed.status).toBe('error');
		expect(failed.error).toMatch(CONNECT_AGAIN);
		expect(told).toBe(failed.error);
		await connectOAuth(rest, credential.id);
		await expectSignInStarts([POLLING, flow]);
	});
});

describe("'Other Factors' with nothing typed in", () => {
	it("keeps the workflow from being published when 'Factors' includes 'Other', chosen or by an expression", async () => {
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

	it('is fine when an expression gives other factors', async () => {
		const credential = await connectToOkta(world.rest, world.org, BOTH_SCOPES);
		const parameters = { factors: '={{ ["SMS_FACTOR"] }}' };
		const hook = await createFlow(HOOK, credential, { parameters });
		const polling = await createFlow(POLLING, credential, { parameters });
		for (const flow of [hook, polling]) await flow.activate();
		await expectSignInStarts([HOOK, hook], [POLLING, polling]);
	});
});
