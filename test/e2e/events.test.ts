import { connectToOkta } from '../../lab/n8n/okta-credential';
import { EVERY_FIVE_SECONDS } from '../../lab/n8n/poll-times';
import type { Credential } from '../../lab/n8n/rest';
import { startWorld } from './world';
import type { World } from './world';

const MFA_SIGN_IN = 'user.authentication.auth_via_mfa';
const FACTOR_CHANGES = ['user.mfa.factor.deactivate', 'user.mfa.factor.reset_all'];
const DENY_PUSH = 'user.mfa.okta_verify.deny_push';

let world: World;
let logReader: Credential;
beforeAll(async () => {
	world = await startWorld();
	const scopes = 'okta.eventHooks.manage okta.logs.read offline_access';
	logReader = await connectToOkta(world.rest, world.org, scopes);
});
afterEach(async () => await world.endScenario());
afterAll(async () => await world?.stop());

/** The event types of each hook in the org. */
function subscribed(): string[][] {
	return world.org.hooks().map(({ events }) => events.items.toSorted());
}

describe('Events in n8n', () => {
	it('are only MFA sign-ins if the user selects none', async () => {
		const { org } = world;
		const flow = await world.createFlow();
		await flow.activate();
		expect(subscribed()).toEqual([[MFA_SIGN_IN]]);
		await org.emit('factorReset');
		const { event } = await org.signIn('sms');
		expect((await flow.items(1)).map(({ uuid }) => uuid)).toEqual([event.uuid]);
	});

	it('are the ones that the user selects, over the same hook after each change', async () => {
		const { org } = world;
		const flow = await world.createFlow();
		await flow.activate();
		await flow.republish({ events: [MFA_SIGN_IN, ...FACTOR_CHANGES] });
		expect(subscribed()).toEqual([[MFA_SIGN_IN, ...FACTOR_CHANGES]]);
		await flow.republish({ events: FACTOR_CHANGES });
		expect(subscribed()).toEqual([FACTOR_CHANGES]);

		expect((await org.signIn('sms')).deliveries).toEqual([]);
		await org.emit('factorReset');
		await org.emit('allFactorsReset');
		expect(await flow.items(2)).toMatchObject([
			{ eventType: 'user.mfa.factor.deactivate', oktaUser: { displayName: 'Mara Lindt' } },
			{ eventType: 'user.mfa.factor.reset_all', admin: { displayName: 'Otto Brandt' } },
		]);
	});

	it("that Okta can't send to event hooks prevent publishing without Catch Up", async () => {
		const flow = await world.createFlow({ parameters: { events: [MFA_SIGN_IN, DENY_PUSH] } });
		const message = await flow.failToActivate();
		expect(message).toContain("Turn on 'Catch Up From System Log'");
		expect(world.org.hooks()).toEqual([]);
	});

	it("that Okta can't send to event hooks come from the System Log with Catch Up", async () => {
		const { org } = world;
		const parameters = {
			events: [MFA_SIGN_IN, DENY_PUSH],
			catchUp: true,
			pollTimes: EVERY_FIVE_SECONDS,
		};
		const flow = await world.createFlow({ parameters }, logReader);
		await flow.activate();
		expect(subscribed()).toEqual([[MFA_SIGN_IN]]);
		const denied = await org.emit('pushDeniedOnClassic');
		world.expectExecuted(denied.event.uuid);
		await org.signIn('sms');
		expect((await flow.items(2)).map(({ eventType }) => eventType).sort()).toEqual([
			MFA_SIGN_IN,
			DENY_PUSH,
		]);
	});

	it('come from the polling trigger, whether or not Okta can send them to event hooks', async () => {
		const { org } = world;
		const parameters = { events: [DENY_PUSH, 'user.account.lock'], pollTimes: EVERY_FIVE_SECONDS };
		const flow = await world.createFlow(
			{ type: 'oktaUserMfaPollingTrigger', parameters },
			logReader,
		);
		await flow.activate();
		expect(org.hooks()).toEqual([]);
		for (const kind of ['pushDeniedOnClassic', 'sms', 'accountLocked'] as const) {
			const { event } = await org.emit(kind);
			if (kind !== 'sms') world.expectExecuted(event.uuid);
		}
		expect((await flow.items(2)).map(({ eventType }) => eventType)).toEqual([
			DENY_PUSH,
			'user.account.lock',
		]);
	});
});
