import type { IDataObject } from 'n8n-workflow';

import type { OktaOrgOptions } from '../../lab/okta-org';
import { startConnected, stopAll } from './setup';
import type { Setup } from './setup';

afterEach(stopAll);

const MARA = '00u7tPq3Lw9ZkEoXb5d7';
const FAILURE = "event.outcome.result eq 'FAILURE'";

async function startFiltered(
	parameters: IDataObject,
	orgOptions: OktaOrgOptions = {},
): Promise<Setup> {
	const setup = await startConnected(orgOptions, { parameters });
	await setup.engine.publish();
	return setup;
}

/** The filter condition of the only hook in the org, or undefined if it has no filter. */
function conditionOf({ org }: Setup): string | undefined {
	const [hook, ...others] = org.hooks();
	expect(others).toEqual([]);
	expect(hook).toMatchObject({ status: 'ACTIVE', verificationStatus: 'VERIFIED' });
	return hook.events.filter?.eventFilterMap[0].condition.expression;
}

describe('An event that a filter leaves out', () => {
	it.each<[string, IDataObject]>([
		['outcome', { outcomes: ['SUCCESS', 'ALLOW'] }],
		['factor', { factors: ['SMS_FACTOR'] }],
		['factor entered by hand', { factors: ['other'], otherFactors: 'custom_otp, rsa_securid' }],
		['user', { users: 'ada@example.com, *@contractor.example.com' }],
	])('is acknowledged and starts no execution: by %s', async (_what, parameters) => {
		const { org, engine } = await startFiltered(parameters);
		const { deliveries } = await org.signIn('pushDenied');

		expect(deliveries.map(({ status, attempt }) => [status, attempt])).toEqual([[204, 1]]);
		expect(engine.executions()).toEqual([]);
	});

	it('is a password verification if those are ignored', async () => {
		const { org, engine } = await startFiltered({ ignorePasswordVerifications: true });
		await org.signIn('password');
		await org.signIn('sms');

		expect(engine.items()).toHaveLength(1);
		expect(engine.items()[0].debugContext).toMatchObject({ debugData: { factor: 'SMS_FACTOR' } });
	});

	it('does not affect the other events of its delivery', async () => {
		const { org, engine } = await startFiltered({ outcomes: ['FAILURE'] });
		const events = [
			org.buildEvent('pushApproved'),
			org.buildEvent('pushDenied'),
			org.buildEvent('password'),
		];
		await org.publish(events);

		expect(engine.executions()).toHaveLength(1);
		expect(engine.items().map(({ uuid }) => uuid)).toEqual([events[1].uuid]);
	});

	it('is not remembered as seen, so it passes once the filter is removed', async () => {
		const { org, engine } = await startFiltered({ outcomes: ['FAILURE'] });
		const { deliveries } = await org.signIn('pushApproved');
		engine.setParameters({});
		await org.redeliver(deliveries[0].eventId);

		expect(engine.items()).toHaveLength(1);
	});
});

describe('An event that passes all filters', () => {
	it.each<[string, IDataObject]>([
		['outcome', { outcomes: ['FAILURE', 'DENY'] }],
		['factor', { factors: ['SMS_FACTOR', 'OKTA_VERIFY_PUSH'] }],
		['factor entered by hand', { factors: ['other'], otherFactors: 'okta_verify_push' }],
		['user ID', { users: MARA }],
		['login', { users: 'ada@example.com\nMARA.lindt@Example.com' }],
		['wildcard', { users: '*@example.com' }],
		[
			'all filters together',
			{
				outcomes: ['FAILURE'],
				factors: ['OKTA_VERIFY_PUSH'],
				ignorePasswordVerifications: true,
				users: 'mara.*@example.com',
			},
		],
	])('starts an execution: by %s', async (_what, parameters) => {
		const { org, engine } = await startFiltered(parameters);
		const { event } = await org.signIn('pushDenied');

		expect(engine.items().map(({ uuid }) => uuid)).toEqual([event.uuid]);
	});
});

describe('A filter whose value comes from an expression', () => {
	it.each<[string, IDataObject]>([
		['an array', { outcomes: '={{ ["FAILURE"] }}', factors: '={{ ["OKTA_VERIFY_PUSH"] }}' }],
		['a string', { outcomes: '=FAILURE', factors: '={{ "okta_verify_push, sms_factor" }}' }],
		[
			'a different letter case',
			{ outcomes: '={{ "failure" }}', users: '={{ "MARA.LINDT@EXAMPLE.COM" }}' },
		],
		['an array of users', { users: '={{ ["ada@example.com", "mara.lindt@example.com"] }}' }],
		['the string "true"', { ignorePasswordVerifications: '={{ "true" }}' }],
		['no value, which means no filter', { outcomes: '={{ null }}', users: '={{ undefined }}' }],
	])('works with %s', async (_what, parameters) => {
		const { org, engine } = await startFiltered(parameters);
		await org.signIn('pushDenied');
		expect(engine.items()).toHaveLength(1);
	});

	it.each<[string, IDataObject]>([
		['an array', { outcomes: '={{ ["SUCCESS"] }}' }],
		['a string', { users: '={{ "ada@example.com" }}' }],
	])('leaves out events with %s', async (_what, parameters) => {
		const { org, engine } = await startFiltered(parameters);
		await org.signIn('pushDenied');
		expect(engine.executions()).toEqual([]);
	});
});

describe('A 100 kB user list', () => {
	it.each([
		['of wildcards', '*a'.repeat(50_000)],
		['of separators', ',\n'.repeat(50_000) + 'nobody'],
		['of patterns', '*@a,'.repeat(25_000)],
	])('%s does not keep the node from responding', async (_what, users) => {
		const { org, engine } = await startFiltered({ users });
		const { deliveries } = await org.signIn('sms');

		expect(deliveries.map(({ status }) => status)).toEqual([204]);
		expect(engine.executions()).toEqual([]);
	});
});

describe("The option 'Filter Expression'", () => {
	it('has Okta send only matching events', async () => {
		const options = { filterExpression: ` ${FAILURE} ` };
		const setup = await startFiltered({ options }, { filterFeature: true });

		expect(conditionOf(setup)).toBe(FAILURE);
		expect((await setup.org.signIn('pushApproved')).deliveries).toEqual([]);
		expect((await setup.org.signIn('pushDenied')).deliveries).toHaveLength(1);
		expect(setup.engine.items()).toHaveLength(1);
	});

	it('stays unchanged when n8n restarts', async () => {
		const options = { filterExpression: FAILURE };
		const setup = await startFiltered({ options }, { filterFeature: true });
		setup.org.clearRequests();
		await setup.engine.restart();
		for (let polls = 0; polls < 3; polls++) await setup.engine.poll();

		expect(setup.org.requests().map(({ method }) => method)).toEqual(['GET', 'GET']);
		expect(conditionOf(setup)).toBe(FAILURE);
	});

	it.each([
		['another expression', "event.outcome.result eq 'SUCCESS'"],
		['no expression', ''],
	])('is updated on the hook: %s', async (_what, filterExpression) => {
		const options = { filterExpression: FAILURE };
		const setup = await startFiltered({ options }, { filterFeature: true });
		const [{ id }] = setup.org.hooks();
		setup.engine.setParameters({ options: { filterExpression } });
		await setup.engine.publish('update');

		expect(setup.org.hooks()[0].id).toBe(id);
		expect(conditionOf(setup)).toBe(filterExpression || undefined);
		await setup.org.signIn('pushApproved');
		expect(setup.engine.items()).toHaveLength(1);
	});

	it('is restored if someone changes it in Okta', async () => {
		const options = { filterExpression: FAILURE };
		const setup = await startFiltered({ options }, { filterFeature: true });
		const [{ id, events }] = setup.org.hooks();
		setup.org.console.editHook(id, { events: { ...events, filter: null } });
		await setup.engine.poll();

		expect(conditionOf(setup)).toBe(FAILURE);
	});

	it.each<[string, OktaOrgOptions, string, RegExp]>([
		[
			'the org lacks the feature',
			{},
			FAILURE,
			/doesn't support event hook filters\. Turn on .*'Event Hook Filtering'.*E0000015/,
		],
		[
			'Okta cannot parse it',
			{ filterFeature: true },
			'event.outcome.result is FAILURE',
			/rejected the event hook's filter\. Check 'Filter Expression'.*events\.filter/,
		],
	])(
		'says what to do when %s, and leaves nothing in Okta',
		async (_what, orgOptions, expression, text) => {
			const parameters = { options: { filterExpression: expression } };
			const { org, engine } = await startConnected(orgOptions, { parameters });

			const error = await engine.publish().catch((thrown: Error) => thrown);
			expect(String(error)).toMatch(text);
			expect(String(error)).toContain("clear 'Filter Expression' and turn off 'Filter in Okta'");
			expect(org.hooks()).toEqual([]);
			expect(engine.isListening()).toBe(false);
		},
	);

	it('can be an expression, which is evaluated when the workflow is published', async () => {
		const options = {
			filterExpression: '={{ "event.outcome.result eq \'" + \'FAIL\' + "URE\'" }}',
		};
		const setup = await startFiltered({ options }, { filterFeature: true });

		expect(conditionOf(setup)).toBe(FAILURE);
	});
});

describe("The option 'Filter in Okta'", () => {
	it('is off by default, so Okta sends everything', async () => {
		const setup = await startFiltered({ outcomes: ['FAILURE'] }, { filterFeature: true });

		expect(conditionOf(setup)).toBeUndefined();
		expect((await setup.org.signIn('pushApproved')).deliveries).toHaveLength(1);
		expect(setup.engine.executions()).toEqual([]);
	});

	it('keeps Okta from sending events that outcomes and user IDs leave out', async () => {
		const parameters = { outcomes: ['FAILURE'], users: MARA, options: { filterInOkta: true } };
		const setup = await startFiltered(parameters, { filterFeature: true });

		expect(conditionOf(setup)).toContain(`${FAILURE} && (event.actor.id eq '${MARA}'`);
		expect((await setup.org.signIn('pushApproved')).deliveries).toEqual([]);
		expect((await setup.org.signIn('pushDenied')).deliveries).toHaveLength(1);
		expect(setup.engine.items()).toHaveLength(1);
	});

	it('combines with the filter expression', async () => {
		const filterExpression = "event.actor.type eq 'User' || event.actor.type eq 'System'";
		const parameters = { outcomes: ['FAILURE'], options: { filterInOkta: true, filterExpression } };
		const setup = await startFiltered(parameters, { filterFeature: true });

		expect(conditionOf(setup)).toBe(`(${filterExpression}) && (${FAILURE})`);
		expect((await setup.org.signIn('pushApproved')).deliveries).toEqual([]);
		expect((await setup.org.signIn('pushDenied')).deliveries).toHaveLength(1);
	});

	it.each<[string, IDataObject]>([
		['factors', { factors: ['OKTA_VERIFY_PUSH'] }],
		['passwords', { ignorePasswordVerifications: true }],
		['logins', { users: 'Mara.Lindt@example.com' }],
		['wildcards', { users: '*@example.com' }],
		['values from expressions', { outcomes: '={{ ["FAILURE"] }}', users: `=${MARA}` }],
		['no filters', {}],
	])('leaves to n8n what Okta cannot filter by: %s', async (_what, parameters) => {
		// Without the feature, Okta would reject any filter.
		const setup = await startFiltered({ ...parameters, options: { filterInOkta: true } });

		expect(conditionOf(setup)).toBeUndefined();
		await setup.org.signIn('pushDenied');
		expect(setup.engine.items()).toHaveLength(1);
	});
});

describe("The option 'Hook Name'", () => {
	it('sets the name of the event hook in Okta', async () => {
		const { org } = await startFiltered({ options: { hookName: 'MFA alerts' } });
		expect(org.hooks()[0].name).toBe('MFA alerts');
	});
});

describe('Publishing with a changed parameter', () => {
	it.each<[string, IDataObject]>([
		['outcomes', { outcomes: ['FAILURE'] }],
		['factors', { factors: ['OKTA_VERIFY_PUSH'] }],
		['otherFactors', { factors: ['other'], otherFactors: 'OKTA_VERIFY_PUSH' }],
		['ignorePasswordVerifications', { ignorePasswordVerifications: true }],
		['users', { users: MARA }],
		['output', { output: 'rawEvent' }],
		['hookName', { options: { hookName: 'MFA alerts' } }],
		['filterExpression', { options: { filterExpression: FAILURE } }],
		['filterInOkta', { outcomes: ['FAILURE'], options: { filterInOkta: true } }],
	])('leaves exactly one hook, which matches the parameter: %s', async (_what, parameters) => {
		const setup = await startFiltered({}, { filterFeature: true });
		await setup.engine.unpublish();
		setup.engine.setParameters(parameters);
		await setup.engine.publish();

		const isFiltered = 'options' in parameters && !JSON.stringify(parameters).includes('hookName');
		expect(conditionOf(setup)).toBe(isFiltered ? FAILURE : undefined);
		const { event } = await setup.org.signIn('pushDenied');
		expect(setup.engine.items().map(({ uuid }) => uuid)).toEqual([event.uuid]);
	});
});
