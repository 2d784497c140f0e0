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

/** The condition of the one hook in the org, or undefined where it has no filter. */
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
		['factor that was typed in', { factors: ['other'], otherFactors: 'custom_otp, rsa_securid' }],
		['user', { users: 'ada@example.com, *@contractor.example.com' }],
	])('is acknowledged and starts no execution, by %s', async (_what, parameters) => {
		const { org, engine } = await startFiltered(parameters);
		const { deliveries } = await org.signIn('pushDenied');

		expect(deliveries.map(({ status, attempt }) => [status, attempt])).toEqual([[204, 1]]);
		expect(engine.executions()).toEqual([]);
	});

	it('is a password, if passwords are ignored', async () => {
		const { org, engine } = await startFiltered({ ignorePasswordVerifications: true });
		await org.signIn('password');
		await org.signIn('sms');

		expect(engine.items()).toHaveLength(1);
		expect(engine.items()[0].debugContext).toMatchObject({ debugData: { factor: 'SMS_FACTOR' } });
	});

	it('does not keep others of its delivery back', async () => {
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

	it('is not remembered: it passes once the filter is gone', async () => {
		const { org, engine } = await startFiltered({ outcomes: ['FAILURE'] });
		const { deliveries } = await org.signIn('pushApproved');
		engine.setParameters({});
		await org.redeliver(deliveries[0].eventId);

		expect(engine.items()).toHaveLength(1);
	});
});

describe('An event that all filters let through', () => {
	it.each<[string, IDataObject]>([
		['outcome', { outcomes: ['FAILURE', 'DENY'] }],
		['factor', { factors: ['SMS_FACTOR', 'OKTA_VERIFY_PUSH'] }],
		['factor that was typed in', { factors: ['other'], otherFactors: 'okta_verify_push' }],
		['user id', { users: MARA }],
		['login', { users: 'ada@example.com\nMARA.lindt@Example.com' }],
		['wildcard', { users: '*@example.com' }],
		[
			'all of them',
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
		['a list', { outcomes: '={{ ["FAILURE"] }}', factors: '={{ ["OKTA_VERIFY_PUSH"] }}' }],
		['a text', { outcomes: '=FAILURE', factors: '={{ "okta_verify_push, sms_factor" }}' }],
		['another case', { outcomes: '={{ "failure" }}', users: '={{ "MARA.LINDT@EXAMPLE.COM" }}' }],
		['a list of users', { users: '={{ ["ada@example.com", "mara.lindt@example.com"] }}' }],
		['a text for yes', { ignorePasswordVerifications: '={{ "true" }}' }],
		['nothing, which is no filter', { outcomes: '={{ null }}', users: '={{ undefined }}' }],
	])('works with %s', async (_what, parameters) => {
		const { org, engine } = await startFiltered(parameters);
		await org.signIn('pushDenied');
		expect(engine.items()).toHaveLength(1);
	});

	it.each<[string, IDataObject]>([
		['a list', { outcomes: '={{ ["SUCCESS"] }}' }],
		['a text', { users: '={{ "ada@example.com" }}' }],
	])('leaves events out with %s', async (_what, parameters) => {
		const { org, engine } = await startFiltered(parameters);
		await org.signIn('pushDenied');
		expect(engine.executions()).toEqual([]);
	});
});

describe('A list of users of 100 kB', () => {
	it.each([
		['of wildcards', '*a'.repeat(50_000)],
		['of separators', ',\n'.repeat(50_000) + 'nobody'],
		['of patterns', '*@a,'.repeat(25_000)],
	])('%s does not keep the node from answering', async (_what, users) => {
		const { org, engine } = await startFiltered({ users });
		const { deliveries } = await org.signIn('sms');

		expect(deliveries.map(({ status }) => status)).toEqual([204]);
		expect(engine.executions()).toEqual([]);
	});
});

describe('The option "Filter Expression"', () => {
	it('makes Okta send only what meets it', async () => {
		const options = { filterExpression: ` ${FAILURE} ` };
		const setup = await startFiltered({ options }, { filterFeature: true });

		expect(conditionOf(setup)).toBe(FAILURE);
		expect((await setup.org.signIn('pushApproved')).deliveries).toEqual([]);
		expect((await setup.org.signIn('pushDenied')).deliveries).toHaveLength(1);
		expect(setup.engine.items()).toHaveLength(1);
	});

	it('stays as it is when n8n starts again', async () => {
		const options = { filterExpression: FAILURE };
		const setup = await startFiltered({ options }, { filterFeature: true });
		setup.org.clearRequests();
		await setup.engine.restart();
		for (let polls = 0; polls < 3; polls++) await setup.engine.poll();

		expect(setup.org.requests().map(({ method }) => method)).toEqual(['GET', 'GET']);
		expect(conditionOf(setup)).toBe(FAILURE);
	});

	it.each([
		['another one', "event.outcome.result eq 'SUCCESS'"],
		['none', ''],
	])('is changed on the hook for %s', async (_what, filterExpression) => {
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

	it('is put back when somebody changed it in Okta', async () => {
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
			'Okta does not understand it',
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

	it('may come from an expression, which is worked out when the workflow is published', async () => {
		const options = {
			filterExpression: '={{ "event.outcome.result eq \'" + \'FAIL\' + "URE\'" }}',
		};
		const setup = await startFiltered({ options }, { filterFeature: true });

		expect(conditionOf(setup)).toBe(FAILURE);
	});
});

describe('The option "Filter in Okta"', () => {
	it('is off: as it comes, Okta sends everything', async () => {
		const setup = await startFiltered({ outcomes: ['FAILURE'] }, { filterFeature: true });

		expect(conditionOf(setup)).toBeUndefined();
		expect((await setup.org.signIn('pushApproved')).deliveries).toHaveLength(1);
		expect(setup.engine.executions()).toEqual([]);
	});

	it('keeps Okta from sending what outcomes and user ids leave out', async () => {
		const parameters = { outcomes: ['FAILURE'], users: MARA, options: { filterInOkta: true } };
		const setup = await startFiltered(parameters, { filterFeature: true });

		expect(conditionOf(setup)).toContain(`${FAILURE} && (event.actor.id eq '${MARA}'`);
		expect((await setup.org.signIn('pushApproved')).deliveries).toEqual([]);
		expect((await setup.org.signIn('pushDenied')).deliveries).toHaveLength(1);
		expect(setup.engine.items()).toHaveLength(1);
	});

	it('joins the filter expression', async () => {
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
		['what comes from an expression', { outcomes: '={{ ["FAILURE"] }}', users: `=${MARA}` }],
		['nothing at all', {}],
	])('leaves to n8n what Okta cannot filter: %s', async (_what, parameters) => {
		// Without the feature, Okta would refuse any filter.
		const setup = await startFiltered({ ...parameters, options: { filterInOkta: true } });

		expect(conditionOf(setup)).toBeUndefined();
		await setup.org.signIn('pushDenied');
		expect(setup.engine.items()).toHaveLength(1);
	});
});

describe('The option "Hook Name"', () => {
	it('is what the event hook is called in Okta', async () => {
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
	])('leaves exactly one hook, and that matches: %s', async (_what, parameters) => {
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
