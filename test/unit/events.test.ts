import type { IDataObject } from 'n8n-workflow';

import type { LogEvent } from '../../nodes/shared/okta/types';
import { toHookExpression } from '../../nodes/shared/oktaEvent/hookExpression';
import { toLogQuery } from '../../nodes/shared/oktaEvent/logQuery';
import { OUTCOMES } from '../../nodes/shared/oktaEvent/outcomesFilter';
import { EVENTS, MFA_SIGN_IN, PUSH_SENT } from '../../nodes/shared/userMfa/events';
import { FACTORS } from '../../nodes/shared/userMfa/factorsFilter';
import { hookFilters, logFilters } from '../../nodes/shared/userMfa/filters';
import { parseHookFilter } from '../../lab/okta-org/hook-filter';
import { parseLogFilter } from '../../lab/okta-org/log-filter';
import type { LogEvent as OktaEvent } from '../../lab/okta-org';
import { filterWith, passes, settingsOf } from './fixtures/panel';
import { ADMIN, KIND_ROWS, OKTA, oktaEvent, shapesOf, USER } from './fixtures/oktaEvents';

const TYPES = EVENTS.map(({ value }) => value);
const RESULTS = OUTCOMES.map(({ value }) => value);

/** Okta's group "Everyone", for an event with a target that isn't a user. */
const GROUP = { ...USER, id: '00g1tPq3Lw9ZkEoXb5d7', type: 'UserGroup' };

const without = <T>(values: readonly T[], ...excluded: T[]) =>
	values.filter((value) => !excluded.includes(value));

describe('The events that a user can select', () => {
	it('are 23 of Okta’s event types, without duplicate types or names', () => {
		expect(EVENTS).toHaveLength(23);
		expect(new Set(TYPES).size).toBe(23);
		expect(new Set(EVENTS.map(({ name }) => name)).size).toBe(23);
	});

	it('start with MFA sign-ins, the default', () => {
		expect(EVENTS[0]).toEqual({ name: 'MFA Sign-In', value: MFA_SIGN_IN });
		expect(MFA_SIGN_IN).toBe('user.authentication.auth_via_mfa');
		expect(PUSH_SENT).toBe('system.push.send_factor_verify_push');
	});

	it('have names in title case, like n8n’s other options', () => {
		const isTitle = ({ name }: { name: string }) =>
			/^[A-Z][\w-]*( (\(?[A-Z][\w-]*\)?|to|by))*$/.test(name);
		expect(EVENTS.filter((event) => !isTitle(event))).toEqual([]);
	});

	it('are all tested here', () => {
		const tested = new Set<string>(KIND_ROWS.map(([type]) => type));
		expect([...tested].sort()).toEqual([...TYPES].sort());
	});
});

describe.each(KIND_ROWS)('An event of the type %s (%s)', (type, kind, facts) => {
	const event = oktaEvent(kind);
	const shapes = Object.entries(shapesOf(event));

	/** Whether it passes, no matter how it arrives. */
	function isPassing(parameters: IDataObject, { logged, delivered } = shapesOf(event)): boolean {
		const decisions = [hookFilters, logFilters].flatMap((filters) =>
			[logged, delivered].map((shape) => passes(filters, parameters, shape)),
		);
		expect(new Set(decisions).size).toBe(1);
		return decisions[0];
	}

	/** The same with settings in addition to the event type. */
	const isPassingWith = (parameters: IDataObject) => isPassing({ events: [type], ...parameters });

	it('is of that type', () => {
		expect(event.eventType).toBe(type);
	});

	it('passes if it’s selected, alone or among others', () => {
		expect(isPassing({ events: [type] })).toBe(true);
		expect(isPassing({ events: TYPES })).toBe(true);
		expect(isPassing({ events: ['other'], otherEvents: `user.session.end, ${type}` })).toBe(true);
	});

	it('doesn’t pass if all others are selected', () => {
		expect(isPassing({ events: without(TYPES, type) })).toBe(false);
		expect(isPassing({ events: ['other'], otherEvents: `${type}.more` })).toBe(false);
	});

	it('passes the default only if it’s an MFA sign-in', () => {
		expect(isPassing({})).toBe(type === MFA_SIGN_IN);
	});

	it(`passes the Outcomes filter only for ${facts.result}`, () => {
		expect(isPassingWith({ outcomes: [facts.result] })).toBe(true);
		expect(isPassingWith({ outcomes: RESULTS })).toBe(true);
		expect(isPassingWith({ outcomes: without(RESULTS, facts.result) })).toBe(false);
	});

	const { factor } = facts;
	if (factor === undefined) {
		it('passes any factor, because it isn’t about one', () => {
			for (const { value } of FACTORS) expect(isPassingWith({ factors: [value] })).toBe(true);
			expect(isPassingWith({ factors: ['other'], otherFactors: 'CUSTOM' })).toBe(true);
		});
	} else if (factor === 'unnamed') {
		it('passes no factor, because it doesn’t name its factor', () => {
			expect(isPassingWith({ factors: [] })).toBe(true);
			const factors = [...FACTORS.map(({ value }) => value), 'other'];
			expect(isPassingWith({ factors, otherFactors: 'undefined, null, unnamed' })).toBe(false);
		});

		it('passes its factor if Okta names it', () => {
			const { logged, delivered } = shapesOf(
				oktaEvent(kind, { debugContext: { debugData: { factor: 'okta_verify_push' } } }),
			);
			for (const shape of [logged, delivered]) {
				const parameters = { events: [type], factors: ['OKTA_VERIFY_PUSH'] };
				expect(passes(hookFilters, parameters, shape)).toBe(true);
				expect(passes(hookFilters, { ...parameters, factors: ['FIDO_U2F'] }, shape)).toBe(false);
			}
		});
	} else {
		it(`passes the factor ${factor}, and no other`, () => {
			expect(isPassingWith({ factors: [factor] })).toBe(true);
			expect(isPassingWith({ factors: ['other'], otherFactors: factor.toLowerCase() })).toBe(true);
			const others = without(
				FACTORS.map(({ value }) => value),
				factor,
			);
			expect(others).toHaveLength(FACTORS.length - 1);
			expect(isPassingWith({ factors: others })).toBe(false);
		});
	}

	const isPasswordVerification = kind === 'password';
	it(`${isPasswordVerification ? 'doesn’t pass' : 'passes'} if password verifications are ignored`, () => {
		expect(isPassingWith({ ignorePasswordVerifications: false })).toBe(true);
		expect(isPassingWith({ ignorePasswordVerifications: true })).toBe(!isPasswordVerification);
	});

	if (type !== MFA_SIGN_IN) {
		it('passes if password verifications are ignored, even if it’s about a password', () => {
			const { logged, delivered } = shapesOf(
				oktaEvent(kind, {
					outcome: { reason: 'User set up PASSWORD_AS_FACTOR factor' },
					target: [USER, { ...USER, type: 'AuthenticatorEnrollment', displayName: 'Password' }],
				}),
			);
			for (const shape of [logged, delivered]) {
				const parameters = { events: [type], ignorePasswordVerifications: true };
				expect(passes(hookFilters, parameters, shape)).toBe(true);
			}
		});
	}

	it('passes the user it’s about, by ID or login', () => {
		const { id, alternateId } = facts.user;
		for (const users of [id, alternateId!, '*', `nobody@example.com, ${id}`]) {
			expect(isPassingWith({ users })).toBe(true);
		}
	});

	it('doesn’t pass another user, not even the admin who acted', () => {
		const others = [USER, ADMIN].filter(({ id }) => id !== facts.user.id);
		for (const { id, alternateId } of others) {
			expect(isPassingWith({ users: `${id}, ${alternateId}` })).toBe(false);
		}
		const { id, alternateId } = facts.actor ?? OKTA;
		expect(isPassingWith({ users: `${id}, ${alternateId}` })).toBe(false);
	});

	it.each([
		['Okta acted on a group', { actor: OKTA, target: [GROUP] }],
		['Okta acted, without a target', { actor: OKTA, target: null }],
		['an app acted', { actor: { ...OKTA, type: 'PublicClientAppEntity' }, target: [] }],
	])('passes no user if %s', (_what, overrides) => {
		const withoutUser = shapesOf(oktaEvent(kind, overrides));
		expect(isPassing({ events: [type] }, withoutUser)).toBe(true);
		expect(isPassing({ events: [type], users: '*' }, withoutUser)).toBe(false);
		expect(isPassing({ events: [type], users: OKTA.id }, withoutUser)).toBe(false);
	});

	describe('that passes', () => {
		/** Combined settings of all filters: some that the event passes, and others. */
		const combinations: IDataObject[] = [];
		const { id, alternateId } = facts.user;
		for (const events of [[type], without(TYPES, type), TYPES]) {
			for (const outcomes of [[], [facts.result], without(RESULTS, facts.result), RESULTS]) {
				for (const users of ['', id, alternateId, `${id}\n${ADMIN.id}`, ADMIN.id, OKTA.id]) {
					for (const factors of [[], [facts.factor ?? 'SMS_FACTOR'], ['FIDO_U2F']]) {
						for (const ignorePasswordVerifications of [false, true]) {
							combinations.push({ events, outcomes, users, factors, ignorePasswordVerifications });
						}
					}
				}
			}
		}

		const decisions = combinations.map((parameters) => {
			const settings = settingsOf(hookFilters, parameters);
			const expression = toHookExpression(hookFilters, settings);
			const isSent = expression === undefined ? () => true : parseHookFilter(expression);
			const isFound = parseLogFilter(toLogQuery(logFilters, settings));
			const isWanted = filterWith(hookFilters, parameters);
			return { parameters, isSent, isFound, isWanted };
		});

		it('is sent by Okta if Okta filters, too', () => {
			for (const [, shape] of shapes) {
				const heldBack = decisions.filter(
					({ isWanted, isSent }) => isWanted(shape) && !isSent(shape as unknown as OktaEvent),
				);
				expect(heldBack.map(({ parameters }) => parameters)).toEqual([]);
			}
		});

		it('is found by the System Log query', () => {
			const missed = decisions.filter(
				({ isWanted, isFound }) => isWanted(event as unknown as LogEvent) && !isFound(event),
			);
			expect(missed.map(({ parameters }) => parameters)).toEqual([]);
		});

		it('passes some of those combinations, and is dropped in others', () => {
			const passed = decisions.filter(({ isWanted }) => isWanted(event as unknown as LogEvent));
			expect(passed.length).toBeGreaterThan(20);
			expect(passed.length).toBeLessThan(decisions.length / 2);
			expect(decisions.some(({ isSent }) => !isSent(event))).toBe(true);
			expect(decisions.some(({ isFound }) => !isFound(event))).toBe(true);
		});
	});
});
