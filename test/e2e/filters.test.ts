import { startWorld } from './world';
import type { World } from './world';

const FAILURE = "event.outcome.result eq 'FAILURE'";

let world: World;
beforeAll(async () => {
	world = await startWorld({ filterFeature: true });
});
afterEach(async () => await world.endScenario());
afterAll(async () => await world?.stop());

function conditions(): Array<string | undefined> {
	return world.org
		.hooks()
		.map(({ events }) => events.filter?.eventFilterMap[0].condition.expression);
}

describe('Filters in n8n', () => {
	it('start an execution only for events that pass them', async () => {
		const { org } = world;
		const flow = await world.createFlow({
			parameters: {
				outcomes: ['FAILURE'],
				factors: ['OKTA_VERIFY_PUSH', 'other'],
				otherFactors: 'sms_factor',
				ignorePasswordVerifications: true,
				users: '={{ ["nobody@example.com", "MARA.*@example.com"] }}',
			},
		});
		await flow.activate();
		for (const kind of ['pushApproved', 'password', 'securityKey', 'sms'] as const) {
			const { event, deliveries } = await org.signIn(kind);
			expect(deliveries.map(({ status }) => status)).toEqual([204]);
			world.expectIgnored(event.uuid);
		}
		const { event } = await org.signIn('pushDenied');

		expect((await flow.items(1)).map(({ uuid }) => uuid)).toEqual([event.uuid]);
		expect(await flow.executions(1)).toHaveLength(1);
	});
});

describe('Filters in Okta', () => {
	it('keep Okta from sending the events that they exclude', async () => {
		const { org } = world;
		const flow = await world.createFlow({
			parameters: { outcomes: ['FAILURE'], options: { filterInOkta: true } },
		});
		await flow.activate();

		expect(conditions()).toEqual([FAILURE]);
		expect((await org.signIn('pushApproved')).deliveries).toEqual([]);
		await org.signIn('pushDenied');
		expect(await flow.items(1)).toHaveLength(1);
	});

	it('are updated on the same hook each time the workflow is published', async () => {
		const { org } = world;
		const flow = await world.createFlow();
		await flow.activate();
		expect(conditions()).toEqual([undefined]);
		await flow.republish({ options: { filterExpression: FAILURE, hookName: 'MFA failures' } });
		expect(conditions()).toEqual([FAILURE]);
		expect(org.hooks()[0].name).toBe('MFA failures');
		await flow.republish({ options: { filterExpression: "event.outcome.result eq 'SUCCESS'" } });
		expect(conditions()).toEqual(["event.outcome.result eq 'SUCCESS'"]);
		expect(org.hooks()[0].name).toMatch(/^n8n: /);
		await flow.republish({ outcomes: ['FAILURE'] });
		expect(conditions()).toEqual([undefined]);

		await org.signIn('pushDenied');
		expect(await flow.items(1)).toHaveLength(1);
	});

	it('that Okta rejects prevent publishing, and the error says what to do', async () => {
		const flow = await world.createFlow({
			parameters: { options: { filterExpression: "event.outcome.result is 'FAILURE'" } },
		});
		const message = await flow.failToActivate();

		expect(message).toContain("turn on the Early Access feature 'Event Hook Filtering'");
		expect(message).toContain("clear 'Filter Expression'");
		expect(world.org.hooks()).toEqual([]);
	});
});
