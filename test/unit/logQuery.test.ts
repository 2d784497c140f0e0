import { OUTCOMES } from '../../nodes/shared/userMfa/outcomes';
import { toLogFilter } from '../../nodes/shared/userMfa/logFilter';

const TYPE = 'eventType eq "user.authentication.auth_via_mfa"';

describe('The System Log query', () => {
	it('asks for MFA sign-ins', () => {
		expect(toLogFilter({ outcomes: [] })).toBe(TYPE);
	});

	it('asks for one outcome', () => {
		expect(toLogFilter({ outcomes: ['FAILURE'] })).toBe(
			`${TYPE} and (outcome.result eq "FAILURE")`,
		);
	});

	it('asks for any of several outcomes, which go together', () => {
		expect(toLogFilter({ outcomes: ['FAILURE', 'DENY', 'UNANSWERED'] })).toBe(
			`${TYPE} and (outcome.result eq "FAILURE" or outcome.result eq "DENY" or outcome.result eq "UNANSWERED")`,
		);
	});

	it('cannot be left by what is in an outcome', () => {
		const outcome = 'X") or (eventType eq "user.session.start" \\';
		expect(toLogFilter({ outcomes: [outcome] })).toBe(
			`${TYPE} and (outcome.result eq "X\\") or (eventType eq \\"user.session.start\\" \\\\")`,
		);
	});

	it('can hold all outcomes in a URL', () => {
		const filter = toLogFilter({ outcomes: OUTCOMES.map(({ value }) => value) });
		expect(new URLSearchParams({ filter }).toString().length).toBeLessThan(1_000);
	});
});
