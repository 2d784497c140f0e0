import type { IDataObject } from 'n8n-workflow';

import type { EventKind, OktaOrgOptions } from '../../lab/okta-org';
import { startCatchable } from './catchUp';
import { start as startPolling, stopAll as stopPolling } from './polling-setup';
import { rejectionOf } from './rejection';
import { startConnected, stopAll, writesTo } from './setup';
import type { Setup } from './setup';

afterEach(async () => {
	await stopAll();
	await stopPolling();
});

const MFA_SIGN_IN = 'user.authentication.auth_via_mfa';
const DENY_PUSH = 'user.mfa.okta_verify.deny_push';
const FACTOR_CHANGES = ['user.mfa.factor.deactivate', 'user.mfa.factor.reset_all'];

async function start(events: unknown, orgOptions: OktaOrgOptions = {}): Promise<Setup> {
	const parameters = { events } as IDataObject;
	return await startConnected(orgOptions, { parameters });
}

async function startPublished(events: unknown, orgOptions: OktaOrgOptions = {}): Promise<Setup> {
	const setup = await start(events, orgOptions);
	await setup.engine.publish();
	return setup;
}

/** The event types of the only hook in the org. */
function subscribed({ org }: Setup): string[] {
	const [hook, ...others] = org.hooks();
	expect(others).toEqual([]);
	expect(hook).toMatchObject({ status: 'ACTIVE', verificationStatus: 'VERIFIED' });
	return hook.events.items.toSorted();
}

function typesOf({ engine }: Setup): unknown[] {
	return engine.items().map(({ eventType }) => eventType);
}

describe('The event hook', () => {
	it('subscribes only to MFA sign-ins unless the user selects other events', async () => {
		const setup = await startConnected();
		await setup.engine.publish();
		expect(subscribed(setup)).toEqual([MFA_SIGN_IN]);
		expect(setup.org.hooks()[0].events.filter).toBeNull();
	});

	it('covers all selected events, including types entered by hand', async () => {
		const setup = await startConnected(
			{},
			{
				parameters: {
					events: [...FACTOR_CHANGES, 'other'],
					otherEvents: 'user.lifecycle.suspend, user.mfa.factor.reset_all',
				},
			},
		);
		await setup.engine.publish();
		expect(subscribed(setup)).toEqual(['user.lifecycle.suspend', ...FACTOR_CHANGES]);
	});

	it('stays the same hook when the user selects other events and publishes again', async () => {
		const setup = await startPublished([MFA_SIGN_IN]);
		const [{ id }] = setup.org.hooks();
		setup.engine.setParameters({ events: FACTOR_CHANGES });
		await setup.engine.publish();

		expect(subscribed(setup)).toEqual(FACTOR_CHANGES);
		expect(setup.org.hooks()[0].id).toBe(id);
		await setup.org.emit('factorReset');
		await setup.org.signIn('sms');
		expect(typesOf(setup)).toEqual(['user.mfa.factor.deactivate']);
	});

	it('is deleted when the workflow is unpublished, whatever was selected', async () => {
		const { org, engine } = await startPublished([MFA_SIGN_IN, ...FACTOR_CHANGES]);
		await engine.unpublish();
		expect(org.hooks()).toEqual([]);
	});

	it("applies 'Filter Expression' and 'Filter in Okta' to each event type", async () => {
		const parameters = {
			events: FACTOR_CHANGES,
			outcomes: ['SUCCESS'],
			options: { filterInOkta: true, filterExpression: "event.actor.type eq 'User'" },
		};
		const { org, engine } = await startConnected({ filterFeature: true }, { parameters });
		await engine.publish();
		const expression = "(event.actor.type eq 'User') && (event.outcome.result eq 'SUCCESS')";
		expect(org.hooks()[0].events.filter?.eventFilterMap).toHaveLength(2);
		for (const { event, condition } of org.hooks()[0].events.filter!.eventFilterMap) {
			expect(FACTOR_CHANGES).toContain(event);
			expect(condition.expression).toBe(expression);
		}
	});
});

describe('A delivery', () => {
	it('starts an execution for each selected event', async () => {
		const kinds: EventKind[] = ['factorReset', 'factorEnrolled', 'accountLocked', 'deviceAdded'];
		const setup = await startPublished([
			'device.user.add',
			'user.account.lock',
			'user.mfa.factor.activate',
			'user.mfa.factor.deactivate',
		]);
		for (const kind of kinds) await setup.org.emit(kind);
		expect(typesOf(setup)).toEqual([
			'user.mfa.factor.deactivate',
			'user.mfa.factor.activate',
			'user.account.lock',
			'device.user.add',
		]);
	});

	it('identifies the actor and the affected user', async () => {
		const setup = await startPublished(FACTOR_CHANGES);
		await setup.org.emit('allFactorsReset');
		expect(setup.engine.items()).toMatchObject([
			{
				admin: { displayName: 'Otto Brandt', type: 'User' },
				oktaUser: { displayName: 'Mara Lindt' },
			},
		]);
	});

	it('of an event that is no longer selected is acknowledged and starts nothing', async () => {
		const { org, engine } = await startPublished([MFA_SIGN_IN, ...FACTOR_CHANGES]);
		engine.setParameters({ events: FACTOR_CHANGES });
		const { deliveries } = await org.signIn('sms');
		expect(deliveries.map(({ status }) => status)).toEqual([204]);
		expect(engine.executions()).toEqual([]);
	});
});

describe('Publishing fails and creates nothing in Okta', () => {
	it.each<[string, IDataObject, RegExp]>([
		[
			'if no event is selected',
			{ events: [] },
			/^No event is selected. Select at least one in 'Okta Events'/,
		],
		[
			"if 'Other' is selected but 'Other Events' is empty",
			{ events: ['other'], otherEvents: ' , ' },
			/^'Okta Events' includes 'Other', but 'Other Events' is empty/,
		],
		[
			"if 'Other Events' contains something that isn't an event type",
			{ events: ['other'], otherEvents: 'user.lifecycle.suspend, all of them' },
			/^'all of them' isn't an Okta event type. In 'Other Events', enter types such as/,
		],
		[
			"if Okta doesn't send a selected event to event hooks",
			{ events: [MFA_SIGN_IN, DENY_PUSH] },
			/^Okta doesn't send user\.mfa\.okta_verify\.deny_push to event hooks. It appears only in the System Log. Turn on 'Catch Up From System Log', or remove this event/,
		],
	])('%s', async (_what, parameters, message) => {
		const { org, engine } = await startConnected({}, { parameters });
		expect((await rejectionOf(engine.publish())).message).toMatch(message);
		expect(writesTo(org)).toEqual([]);
	});

	it('if all selected events appear only in the System Log, even when catching up is on', async () => {
		const parameters = { catchUp: true, events: [DENY_PUSH] };
		const { org, engine } = await startCatchable({}, { parameters });
		expect((await rejectionOf(engine.publish())).message).toMatch(
			/^Okta doesn't send any of the selected events to event hooks.*Use an Okta User MFA Polling Trigger instead/,
		);
		expect(writesTo(org)).toEqual([]);
	});

	it.each<[string, string, OktaOrgOptions]>([
		['an event type that event hooks do not support', 'system.agent.ad.connect', {}],
		['so many event types', 'user.lifecycle.suspend', { maxEventTypes: 1 }],
	])('if Okta rejects %s', async (_what, otherEvents, orgOptions) => {
		const parameters = { events: [MFA_SIGN_IN, 'other'], otherEvents };
		const { org, engine } = await startConnected(orgOptions, { parameters });
		const { message } = await rejectionOf(engine.publish());
		expect(message).toMatch(
			/^Okta rejected the event types .*Check 'Okta Events' and 'Other Events'/,
		);
		expect(message).toContain(otherEvents);
		expect(org.hooks()).toEqual([]);
	});
});

describe('An event that Okta leaves out of the event hook', () => {
	it('prevents publishing and leaves nothing in Okta', async () => {
		const { org, engine } = await start([MFA_SIGN_IN, ...FACTOR_CHANGES]);
		const [type] = FACTOR_CHANGES;
		org.faults.addFault({
			method: 'POST',
			path: '/api/v1/eventHooks',
			status: 200,
			body: {
				id: 'who4wTz8Lq1NsVb6Xk9d',
				status: 'ACTIVE',
				verificationStatus: 'UNVERIFIED',
				events: { type: 'EVENT_TYPE', items: [MFA_SIGN_IN, type] },
				channel: { config: { uri: engine.webhookUrl } },
			},
			times: 1,
		});
		expect((await rejectionOf(engine.publish())).message).toMatch(
			/^Okta left user\.mfa\.factor\.reset_all out of the event hook.*Remove it from 'Okta Events'/,
		);
		expect(org.hooks()).toEqual([]);
	});
});

describe("With 'Catch Up From System Log'", () => {
	it('events that Okta does not send to event hooks start the workflow too, once each', async () => {
		const parameters = { catchUp: true, events: [MFA_SIGN_IN, DENY_PUSH] };
		const setup = await startCatchable({}, { parameters });
		await setup.engine.publish();
		await setup.poll();
		expect(subscribed(setup)).toEqual([MFA_SIGN_IN]);

		await setup.org.signIn('sms');
		await setup.org.emit('pushDeniedOnClassic');
		await setup.org.emit('bypassAttempted');
		await setup.poll();
		await setup.poll();
		expect(typesOf(setup)).toEqual([MFA_SIGN_IN, DENY_PUSH]);
	});
});

describe('The polling trigger', () => {
	it('finds all selected events, including those that Okta does not send to event hooks', async () => {
		const parameters = { events: [DENY_PUSH, 'policy.evaluate_sign_on', 'user.session.start'] };
		const { org, engine } = await startPolling({ parameters });
		await engine.activate();
		for (const kind of ['pushDeniedOnClassic', 'sms', 'signOnPolicyEvaluated'] as const) {
			await org.emit(kind);
		}
		await org.emit('sessionStarted');
		await engine.poll();
		expect(engine.items().map(({ eventType }) => eventType)).toEqual([
			DENY_PUSH,
			'policy.evaluate_sign_on',
			'user.session.start',
		]);
	});

	it('cannot be published without a selected event', async () => {
		const { engine } = await startPolling({ parameters: { events: [] } });
		await expect(engine.activate()).rejects.toThrow(
			"No event is selected. Select at least one in 'Okta Events'.",
		);
	});
});
