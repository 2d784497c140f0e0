import { connectToOkta } from '../../lab/n8n/okta-credential';
import { EVERY_FIVE_SECONDS } from '../../lab/n8n/poll-times';
import type { Credential, Json } from '../../lab/n8n/rest';
import type { EventOverrides, SignInKind } from '../../lab/okta-org';
import { startWorld } from './world';
import type { Flow, World } from './world';

const UNUSUAL: EventOverrides = {
	debugContext: {
		debugData: {
			risk: '{reasons=Anomalous Location, Anomalous Device, level=HIGH}',
			behaviors:
				'{New Geo-Location=POSITIVE, New Device=POSITIVE, New IP=UNKNOWN, Velocity=NEGATIVE}',
		},
	},
};
const USUAL: EventOverrides = {
	debugContext: {
		debugData: { risk: '{level=LOW}', behaviors: '{New Device=NEGATIVE, New IP=POSITIVE}' },
	},
};

let world: World;
let logReader: Credential;
beforeAll(async () => {
	world = await startWorld();
	const scopes = 'okta.eventHooks.manage okta.logs.read offline_access';
	logReader = await connectToOkta(world.rest, world.org, scopes);
});
afterEach(async () => await world.endScenario());
afterAll(async () => await world?.stop());

/** Signs a user in, with an event that the filters exclude. */
async function signInExcluded(kind: SignInKind, overrides: EventOverrides): Promise<void> {
	const { event } = await world.org.signIn(kind, overrides);
	world.expectIgnored(event.uuid);
}

async function startBoth(parameters: Json): Promise<{ hook: Flow; log: Flow }> {
	const log = await world.createFlow(
		{
			type: 'oktaUserMfaPollingTrigger',
			parameters: { ...parameters, pollTimes: EVERY_FIVE_SECONDS },
		},
		logReader,
	);
	const hook = await world.createFlow({ parameters });
	await log.activate();
	await hook.activate();
	return { hook, log };
}

describe('A summary in n8n', () => {
	it('is the same flat object from both triggers', async () => {
		const { hook, log } = await startBoth({ output: 'summary' });
		const { event } = await world.org.signIn('pushDenied', UNUSUAL);
		world.expectExecuted(event.uuid);

		const [fromHook] = await hook.items(1);
		expect(fromHook).toMatchObject({
			outcome: 'FAILURE',
			userLogin: 'mara.lindt@example.com',
			city: 'Lisbon',
			latitude: 38.7139,
			risk: 'HIGH',
			riskReasons: ['Anomalous Location', 'Anomalous Device'],
			behaviors: { 'New Device': 'POSITIVE', Velocity: 'NEGATIVE' },
			newDevice: true,
			newIp: null,
			velocity: false,
			newCity: null,
			pushResponse: 'DENY',
			app: null,
		});
		expect(await log.items(1)).toEqual([fromHook]);
	});
});

describe('Filters for unusual sign-ins', () => {
	it('start an execution only for events that pass them, in both triggers', async () => {
		const { hook, log } = await startBoth({
			riskLevels: ['HIGH', 'MEDIUM'],
			behaviors: ['New Device', 'other'],
			otherBehaviors: 'New Geo-Location',
			behaviorsMatch: 'all',
			moreFilters: {
				excludedUsers: 'svc-*',
				actedBy: ['user'],
				pushResponses: '={{ ["DENY", "ERROR"] }}',
			},
		});
		await signInExcluded('pushDenied', USUAL);
		await signInExcluded('pushDenied', {});
		await signInExcluded('pushApproved', UNUSUAL);
		const service = { alternateId: 'svc-backup@example.com', type: 'User', id: '00usvc' };
		await signInExcluded('pushDenied', {
			...UNUSUAL,
			actor: service,
			target: [{ ...service, displayName: 'Backup', detailEntry: null }],
		});
		const { event } = await world.org.signIn('pushDenied', UNUSUAL);
		world.expectExecuted(event.uuid);

		for (const flow of [hook, log]) {
			expect((await flow.items(1)).map(({ uuid }) => uuid)).toEqual([event.uuid]);
			expect(await flow.executions(1)).toHaveLength(1);
		}
	});
});
