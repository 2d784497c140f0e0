import { startEngine } from '../../lab/n8n-core/engine';
import { credentialFor, logEvents, moment, startOrg, stopAll, stopLater } from './polling-setup';

afterEach(stopAll);

describe('The n8n engine of these tests', () => {
	it('runs a workflow with any node of the package', async () => {
		const org = await startOrg();
		const engine = await startEngine({
			nodeType: 'OktaUserMfaPollingTrigger',
			credential: await credentialFor(org),
		});
		stopLater(engine);
		await engine.publish();
		await moment();
		const uuids = await logEvents(org, 2);
		await engine.poll();

		expect(engine.items().map(({ uuid }) => uuid)).toEqual(uuids);
		expect(engine.failures()).toEqual([]);
	});
});
