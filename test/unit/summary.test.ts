import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';

import { isRecord } from '../../nodes/shared/isRecord';
import type { LogEvent } from '../../nodes/shared/okta/types';
import { toEventCard, toRawEvent } from '../../nodes/shared/oktaEvent/eventCard';
import { itemMapperFor, outputParameter } from '../../nodes/shared/oktaEvent/output';
import { toSummary } from '../../nodes/shared/oktaEvent/summary';
import { buildEvent } from '../../lab/okta-org/build-event';
import { toDeliveredEvent } from '../../lab/okta-org/delivered-event';
import type { EventKind } from '../../lab/okta-org/types';
import { amelie, bo, enrollment, EVENT_TYPE, mfaEvent } from './fixtures/events';
import {
	fullEvent,
	SHAPES,
	withDebugData,
	withLogOnlySecurityData,
	withSecurityContext,
	WRONG_VALUES,
} from './fixtures/securityEvents';

/** In order. Workflows depend on these names. */
const KEYS = [
	'time',
	'eventType',
	'message',
	'outcome',
	'reason',
	'factor',
	'userId',
	'userLogin',
	'userName',
	'actorId',
	'actorLogin',
	'actorName',
	'actorType',
	'ip',
	'city',
	'state',
	'country',
	'latitude',
	'longitude',
	'asn',
	'asOrg',
	'isp',
	'isProxy',
	'device',
	'os',
	'browser',
	'userAgent',
	'app',
	'authenticator',
	'method',
	'phishingResistant',
	'risk',
	'riskReasons',
	'behaviors',
	'newDevice',
	'newIp',
	'newGeoLocation',
	'newCountry',
	'newState',
	'newCity',
	'velocity',
	'threatSuspected',
	'pushResponse',
	'numberChallenge',
	'intent',
	'zone',
	'anonymizer',
	'deviceManaged',
	'sessionId',
	'rootSessionId',
	'authnRequestId',
	'dtHash',
	'transactionId',
	'uuid',
];

const NOTHING = Object.fromEntries(KEYS.map((key) => [key, null]));

const RESULTS = ['POSITIVE', 'NEGATIVE', 'UNKNOWN', 'BAD_REQUEST'];

function isPlain(value: unknown): boolean {
	return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** What's wrong with a summary, whatever the event. */
function flawsOf(summary: IDataObject): string[] {
	const isRight: Record<string, (value: unknown) => boolean> = {
		riskReasons: (value) =>
			value === null ||
			(Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string')),
		behaviors: (value) =>
			value === null ||
			(isRecord(value) &&
				Object.keys(value).length > 0 &&
				Object.values(value).every((each) => RESULTS.includes(each as string))),
	};
	const flaws = KEYS.filter((key) => !(isRight[key] ?? isPlain)(summary[key]));
	return Object.keys(summary).join() === KEYS.join() ? flaws : ['keys', ...flaws];
}

/** The paths of all values in a value. `[]` is the value itself. */
function pathsIn(value: unknown): string[][] {
	const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
	return [[], ...entries.flatMap(([key, each]) => pathsIn(each).map((path) => [key, ...path]))];
}

/** A copy with another value at a path. */
function replaced(value: unknown, [key, ...rest]: string[], replacement: unknown): unknown {
	if (key === undefined) return replacement;
	const copy = structuredClone(value) as Record<string, unknown>;
	copy[key] = replaced(copy[key], rest, replacement);
	return copy;
}

function valueAt(value: unknown, path: string[]): unknown {
	return path.reduce((each, key) => (each as Record<string, unknown>)[key], value);
}

/** The paths of all values in an event, except for the event itself. */
const pathsOf = (event: LogEvent) => pathsIn(event).filter((path) => path.length > 0);

function deepFreeze<T>(value: T): T {
	if (typeof value === 'object' && value !== null) {
		Object.values(value).forEach(deepFreeze);
		Object.freeze(value);
	}
	return value;
}

/** One value in the summary of an MFA sign-in with these behaviors, as text. */
const inText = (behaviors: string, key: string) => toSummary(withDebugData({ behaviors }))[key];

describe('The summary of an event', () => {
	it('has exactly the documented keys, in the documented order', () => {
		expect(Object.keys(toSummary(fullEvent()))).toEqual(KEYS);
		expect(Object.keys(toSummary({}))).toEqual(KEYS);
	});

	it('shows everything in the event', () => {
		expect(toSummary(fullEvent())).toStrictEqual({
			time: '2026-03-04T08:15:30.123Z',
			eventType: EVENT_TYPE,
			message: 'Authentication of user via MFA',
			outcome: 'FAILURE',
			reason: 'INVALID_CREDENTIALS',
			factor: 'OKTA_VERIFY_PUSH',
			userId: amelie.id,
			userLogin: amelie.alternateId,
			userName: amelie.displayName,
			actorId: bo.id,
			actorLogin: bo.alternateId,
			actorName: bo.displayName,
			actorType: 'User',
			ip: '192.0.2.17',
			city: 'Thun',
			state: 'Bern',
			country: 'Switzerland',
			latitude: 46.758,
			longitude: 7.628,
			asn: 64496,
			asOrg: 'example networks',
			isp: 'example broadband',
			isProxy: true,
			device: 'Computer',
			os: 'Linux',
			browser: 'FIREFOX',
			userAgent: 'Example/1.0',
			app: 'Payroll',
			authenticator: 'Okta Verify',
			method: 'Get a push notification',
			phishingResistant: true,
			risk: 'HIGH',
			riskReasons: ['Anomalous Location', 'New ASN'],
			behaviors: {
				'New Device': 'POSITIVE',
				'New IP': 'NEGATIVE',
				'New Geo-Location': 'POSITIVE',
				'New Country': 'NEGATIVE',
				'New State': 'POSITIVE',
				'New City': 'NEGATIVE',
				Velocity: 'POSITIVE',
			},
			newDevice: true,
			newIp: false,
			newGeoLocation: true,
			newCountry: false,
			newState: true,
			newCity: false,
			velocity: true,
			threatSuspected: true,
			pushResponse: 'APPROVE',
			numberChallenge: 'INVALID',
			intent: 'AUTHENTICATION',
			zone: 'Head Office',
			anonymizer: 'EXAMPLE_VPN',
			deviceManaged: true,
			sessionId: 'idxExampleSession',
			rootSessionId: 'idxExampleRoot',
			authnRequestId: 'ZauthnRequestCCC',
			dtHash: 'd7f0aa11',
			transactionId: 'ZtransactionBBBB',
			uuid: '5d0c2f8e-0003-11ee-8000-000000000001',
		});
	});

	it('is all null if the event is empty', () => {
		expect(toSummary({})).toStrictEqual(NOTHING);
	});

	it.each(SHAPES)('shows what’s in the event, and nothing else: %s', (_what, event, facts) => {
		expect(toSummary(event)).toStrictEqual({ ...NOTHING, ...facts });
	});

	it('can be stored as JSON without losing a key', () => {
		for (const event of [{}, fullEvent()]) {
			const summary = toSummary(event);
			expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
		}
	});

	it('doesn’t change the event', () => {
		const event = deepFreeze(fullEvent());
		expect(() => toSummary(event)).not.toThrow();
		expect(event).toEqual(fullEvent());
	});
});

/** What is characteristic of each of the stand-in's events. */
const KINDS: Record<EventKind, Record<string, unknown>> = {
	pushApproved: { outcome: 'SUCCESS', factor: 'OKTA_VERIFY_PUSH', pushResponse: 'APPROVE' },
	pushDenied: { reason: 'INVALID_CREDENTIALS', pushResponse: 'DENY', numberChallenge: null },
	wrongNumber: { outcome: 'FAILURE', pushResponse: 'APPROVE', numberChallenge: 'INVALID' },
	pushError: { outcome: 'FAILURE', pushResponse: 'ERROR' },
	password: { factor: 'PASSWORD_AS_FACTOR', authenticator: 'Password', method: 'Password' },
	securityKey: { factor: 'FIDO_WEBAUTHN', authenticator: 'Security Key or Biometric' },
	sms: { factor: 'SMS_FACTOR', authenticator: 'Phone', city: 'Lisbon', latitude: 38.7139 },
	factorEnrolled: { factor: 'FIDO_WEBAUTHN', actorName: 'Mara Lindt' },
	factorReset: { factor: 'FIDO_WEBAUTHN', userName: 'Mara Lindt', actorName: 'Otto Brandt' },
	allFactorsReset: { factor: null, userName: 'Mara Lindt', actorName: 'Otto Brandt' },
	factorSuspended: { factor: 'SIGNED_NONCE', reason: 'User suspended SIGNED_NONCE factor' },
	factorUnsuspended: { factor: 'SIGNED_NONCE' },
	factorUpdated: { factor: 'SMS_FACTOR' },
	sessionStarted: { app: 'Okta Dashboard', authenticator: 'Password', userName: 'Mara Lindt' },
	sessionContextChanged: {
		risk: 'HIGH',
		riskReasons: ['Anomalous Geo-Distance', 'New Device'],
		newIp: true,
		newDevice: true,
		velocity: false,
		newCity: null,
	},
	passwordReset: { userName: 'Mara Lindt', actorName: 'Otto Brandt' },
	passwordChanged: { userName: 'Mara Lindt', actorName: 'Mara Lindt' },
	accountLocked: { outcome: 'FAILURE', reason: 'LOCKED_OUT', threatSuspected: false },
	deviceEnrolled: { userName: 'Mara Lindt', device: null, deviceManaged: null },
	deviceAdded: { userName: 'Mara Lindt' },
	suspiciousActivityReported: { userName: 'Mara Lindt', city: null },
	userRiskDetected: { risk: 'MEDIUM', userName: 'Mara Lindt', actorType: 'SystemPrincipal' },
	breachedCredentialDetected: { authenticator: 'Password', userLogin: 'mara.lindt@example.com' },
	pushDeniedOnClassic: { outcome: 'FAILURE', reason: null, pushResponse: null },
	pushSent: { userName: 'Mara Lindt' },
	bypassAttempted: { outcome: 'SUCCESS', factor: null },
	adminConsoleOpened: { app: 'Okta Admin Console', userName: 'Otto Brandt' },
	signOnPolicyEvaluated: {
		outcome: 'CHALLENGE',
		risk: 'MEDIUM',
		riskReasons: ['Anomalous Device'],
		behaviors: { 'New Device': 'POSITIVE', 'New IP': 'NEGATIVE' },
		app: 'Okta Dashboard',
	},
	passwordExpired: { userName: 'Mara Lindt', actorName: 'Otto Brandt' },
};

describe.each(Object.keys(KINDS) as EventKind[])('The summary of %s', (kind) => {
	const event = buildEvent(kind, Date.UTC(2026, 2, 4));

	it('is the same from a delivery and from the System Log', () => {
		const fromLog = toSummary(event as unknown as LogEvent);
		expect(toSummary(toDeliveredEvent(event))).toStrictEqual(fromLog);
		expect(flawsOf(fromLog)).toEqual([]);
	});

	it('shows what is special about it', () => {
		expect(toSummary(event as unknown as LogEvent)).toMatchObject({
			...KINDS[kind],
			time: '2026-03-04T00:00:00.000Z',
			eventType: event.eventType,
			message: event.displayMessage,
			uuid: event.uuid,
		});
	});
});

describe('The user in a summary', () => {
	it.each<[string, LogEvent, unknown]>([
		['the first target that is one', { actor: bo, target: [enrollment, amelie, bo] }, amelie.id],
		['the actor if no target is one', { actor: bo, target: [enrollment] }, bo.id],
		['the actor without targets', { actor: bo, target: null }, bo.id],
		['nobody if neither is one', { actor: enrollment, target: [] }, null],
	])('is %s', (_what, changes, userId) => {
		expect(toSummary(mfaEvent(changes))).toMatchObject({ userId });
	});

	it('can differ from the actor, who is shown too, whatever their type', () => {
		const app = { id: '0oaservice0000000004', type: 'PublicClientAppEntity', displayName: 'Sync' };
		expect(toSummary(mfaEvent({ actor: app }))).toMatchObject({
			userLogin: amelie.alternateId,
			actorId: '0oaservice0000000004',
			actorLogin: null,
			actorName: 'Sync',
			actorType: 'PublicClientAppEntity',
		});
	});
});

describe('The factor in a summary', () => {
	it.each<[string, LogEvent, unknown]>([
		['the one in the debug data', withDebugData({ factor: 'SMS_FACTOR' }), 'SMS_FACTOR'],
		[
			'the one in the debug data, whatever the reason is',
			mfaEvent({ outcome: { result: 'SUCCESS', reason: 'User reset SIGNED_NONCE factor' } }),
			'OKTA_VERIFY_PUSH',
		],
		[
			'the one in the reason if there is none in the debug data',
			{ outcome: { reason: 'User reset FIDO_WEBAUTHN factor' } },
			'FIDO_WEBAUTHN',
		],
		[
			'the one in the reason if the debug data has an empty one',
			mfaEvent({
				debugContext: { debugData: { factor: '' } },
				outcome: { reason: 'User reset SIGNED_NONCE factor' },
			}),
			'SIGNED_NONCE',
		],
		[
			'null if the reason has a longer word',
			{ outcome: { reason: 'All MFA factors failed' } },
			null,
		],
		['null if the reason is a code', { outcome: { reason: 'INVALID_CREDENTIALS' } }, null],
		['null if the reason names none', { outcome: { reason: 'The second factor expired' } }, null],
	])('is %s', (_what, event, factor) => {
		expect(toSummary(event).factor).toBe(factor);
	});
});

describe('The targets in a summary', () => {
	it('are the first authenticator and the first app', () => {
		const app = { type: 'AppInstance', displayName: 'Payroll' };
		const target = [
			app,
			enrollment,
			{ ...app, displayName: 'Wiki' },
			{ ...enrollment, displayName: 'Password', detailEntry: { methodTypeUsed: 'Password' } },
		];
		expect(toSummary(mfaEvent({ target }))).toMatchObject({
			app: 'Payroll',
			authenticator: 'Okta Verify',
			method: 'Get a push notification',
		});
	});

	it('are found after entries that aren’t objects', () => {
		const target = [
			null,
			'AppInstance',
			['AppInstance'],
			{ type: 'AppInstance', displayName: 'A' },
		];
		expect(toSummary(mfaEvent({ target })).app).toBe('A');
	});

	it.each<[string, unknown, unknown]>([
		['true if a string includes it', '[DEVICE_BOUND, PHISHING_RESISTANT]', true],
		['true if it’s the only one', '[PHISHING_RESISTANT]', true],
		['false if a string has only others', '[DEVICE_BOUND, USER_PRESENCE]', false],
		['true if a list includes it', ['DEVICE_BOUND', 'PHISHING_RESISTANT'], true],
		['false if a list has only others', ['DEVICE_BOUND'], false],
		['null if it’s missing', undefined, null],
		['null for null', null, null],
		['null for an object', { PHISHING_RESISTANT: true }, null],
		['null for true', true, null],
	])('show whether the method can be phished: phishingResistant is %s', (_what, said, expected) => {
		const detailEntry = { methodUsedVerifiedProperties: said };
		const summary = toSummary(mfaEvent({ target: [{ ...enrollment, detailEntry }] }));
		expect(summary.phishingResistant).toBe(expected);
	});
});

describe('Booleans in a summary', () => {
	const TRUTHS: Array<[string, (value: unknown) => LogEvent]> = [
		['isProxy', (isProxy) => withSecurityContext({ isProxy })],
		['threatSuspected', (threatSuspected) => withDebugData({ threatSuspected })],
		['deviceManaged', (managed) => mfaEvent({ device: { managed } })],
	];

	describe.each(TRUTHS)('%s', (key, eventWith) => {
		it.each<[unknown, unknown]>([
			[true, true],
			[false, false],
			['true', true],
			['false', false],
			['', null],
			['null', null],
			['TRUE', null],
			['yes', null],
			[0, null],
			[1, null],
			[null, null],
			[undefined, null],
			[['true'], null],
			[{}, null],
		])('of %j is %j', (value, expected) => {
			expect(toSummary(eventWith(value))[key]).toBe(expected);
		});
	});

	const BEHAVIORS = [
		['newDevice', 'New Device'],
		['newIp', 'New IP'],
		['newGeoLocation', 'New Geo-Location'],
		['newCountry', 'New Country'],
		['newState', 'New State'],
		['newCity', 'New City'],
		['velocity', 'Velocity'],
		['velocity', 'Velocity Behavior'],
	];

	it.each(BEHAVIORS)('%s is what Okta found for "%s"', (key, name) => {
		expect(inText(`{${name}=POSITIVE}`, key)).toBe(true);
		expect(inText(`{${name}=NEGATIVE}`, key)).toBe(false);
		expect(inText(`{${name}=UNKNOWN}`, key)).toBeNull();
		expect(inText(`{${name}=BAD_REQUEST}`, key)).toBeNull();
		expect(inText(`{My ${name}=POSITIVE, ${name} 2=POSITIVE}`, key)).toBeNull();
		const others = BEHAVIORS.filter(([other]) => other !== key);
		for (const [other] of others) expect(inText(`{${name}=POSITIVE}`, other)).toBeNull();
	});

	it('velocity is the one that Okta knows if it has both names', () => {
		expect(inText('{Velocity=POSITIVE, Velocity Behavior=NEGATIVE}', 'velocity')).toBe(true);
		expect(inText('{Velocity=NEGATIVE, Velocity Behavior=POSITIVE}', 'velocity')).toBe(false);
		expect(inText('{Velocity=UNKNOWN, Velocity Behavior=POSITIVE}', 'velocity')).toBe(true);
	});

	it('behaviors has every result, even unknown ones', () => {
		expect(inText('{New Device=UNKNOWN, My own, odd=name=BAD_REQUEST}', 'behaviors')).toEqual({
			'New Device': 'UNKNOWN',
			'My own, odd=name': 'BAD_REQUEST',
		});
	});
});

describe('The values in a summary', () => {
	it.each<[unknown, unknown]>([
		['null', null],
		['', ''],
		['Null', 'Null'],
		['OFF_NETWORK', 'OFF_NETWORK'],
		[null, null],
		[undefined, null],
	])('don’t have a zone named "null": %j is %j', (zone, expected) => {
		expect(toSummary(mfaEvent({ client: { zone } })).zone).toBe(expected);
	});

	it('are as Okta sent them if they aren’t strings', () => {
		const event = mfaEvent({ published: 1_772_612_130, displayMessage: true, uuid: 0 });
		expect(toSummary(event)).toMatchObject({ time: 1_772_612_130, message: true, uuid: 0 });
	});

	it('can be 0, false, and empty', () => {
		const event = mfaEvent({
			displayMessage: '',
			client: { geographicalContext: { city: '', geolocation: { lat: 0, lon: -0.5 } } },
			securityContext: { asNumber: 0, isProxy: false },
		});
		expect(toSummary(event)).toMatchObject({
			message: '',
			city: '',
			latitude: 0,
			longitude: -0.5,
			asn: 0,
			isProxy: false,
		});
	});

	it.each(['Zoë Ångström', '山田 太郎', 'محمد علي', '👩🏽‍💻 Dev'])(
		'can be in any script: %s',
		(text) => {
			const user = { ...bo, displayName: text };
			const event = mfaEvent({
				actor: user,
				target: [user],
				client: { geographicalContext: { city: text } },
			});
			expect(toSummary(event)).toMatchObject({ userName: text, actorName: text, city: text });
		},
	);
});

describe('A hostile event', () => {
	describe.each([
		['as objects', fullEvent()],
		[
			'as text',
			withDebugData({
				factor: 'SMS_FACTOR',
				risk: '{reasons=New ASN, level=HIGH}',
				behaviors: '{New Device=POSITIVE}',
				tunnels: '[{"anonymous":true,"type":"VPN"}]',
			}),
		],
		[
			'as JSON',
			withLogOnlySecurityData({ risk: { level: 'LOW' }, behaviors: { Velocity: 'NEGATIVE' } }),
		],
	])('with risk and behaviors %s', (_what, event) => {
		it.each(WRONG_VALUES)('has a complete summary with %s anywhere', (_which, value) => {
			for (const path of pathsOf(event)) {
				const summary = toSummary(replaced(event, path, value) as LogEvent);
				expect([path, flawsOf(summary)]).toEqual([path, []]);
			}
		});

		it('has a complete summary without any of its keys', () => {
			for (const path of pathsOf(event)) {
				const summary = toSummary(replaced(event, path, undefined) as LogEvent);
				expect([path, flawsOf(summary)]).toEqual([path, []]);
			}
		});

		it('has a complete summary with an object in a list anywhere', () => {
			for (const path of pathsOf(event)) {
				const hostile = replaced(event, path, [valueAt(event, path)]) as LogEvent;
				expect([path, flawsOf(toSummary(hostile))]).toEqual([path, []]);
			}
		});

		it('has a complete summary with strings of 100 kB anywhere', () => {
			const text = '{a=POSITIVE, level=HIGH, '.repeat(4_000);
			for (const path of pathsOf(event)) {
				const summary = toSummary(replaced(event, path, text) as LogEvent);
				expect([path, flawsOf(summary)]).toEqual([path, []]);
			}
		});
	});

	it('can’t inject values through "__proto__"', () => {
		const event = fullEvent();
		const json = (value: unknown) =>
			JSON.parse(`{"__proto__":${JSON.stringify(value)}}`) as LogEvent;
		expect(toSummary(json(event))).toStrictEqual(NOTHING);
		const parts = [
			'actor',
			'client',
			'device',
			'outcome',
			'transaction',
			'debugContext',
			'authenticationContext',
			'securityContext',
		];
		const hostile = Object.fromEntries(parts.map((key) => [key, json(event[key])]));
		expect(toSummary({ ...hostile, target: (event.target as unknown[]).map(json) })).toStrictEqual(
			NOTHING,
		);
		expect({}).not.toHaveProperty('type');
	});

	it.each(['__proto__', 'constructor', 'toString', 'valueOf'])(
		'can name a behavior "%s", which remains data',
		(name) => {
			const texts = [
				withDebugData({ behaviors: `{${name}=POSITIVE}` }),
				withLogOnlySecurityData(`{"behaviors":{"${name}":"POSITIVE"}}`),
				withSecurityContext({ userBehaviors: [{ name, result: 'POSITIVE' }] }),
			];
			for (const event of texts) {
				const { behaviors } = toSummary(event);
				expect(Object.entries(behaviors as IDataObject)).toEqual([[name, 'POSITIVE']]);
				expect(JSON.stringify(behaviors)).toBe(`{"${name}":"POSITIVE"}`);
			}
			expect({}).not.toHaveProperty('POSITIVE');
			expect(Object.prototype).not.toHaveProperty(name, 'POSITIVE');
		},
	);

	// Each of these would keep a regular expression, or a search that restarts at every position, busy for
	// far longer than a test’s timeout.
	describe.each<[string, string]>([
		['commas', `{reasons=${', a'.repeat(350_000)}}`],
		['commas without spaces', `{reasons=${',a'.repeat(500_000)}}`],
		['keys', `{${'level=, '.repeat(125_000)}}`],
		['a long key', `{${'a'.repeat(1_000_000)}}`],
		['equals signs', `{${'='.repeat(1_000_000)}}`],
		['results', `{${'=POSITIVE'.repeat(110_000)}}`],
		['results with commas', `{${'a=POSITIVE, '.repeat(80_000)}}`],
		['results that aren’t finished', `{${'=POSITIV'.repeat(125_000)}}`],
		['open braces', '{'.repeat(1_000_000)],
		['closed braces', '}'.repeat(1_000_000)],
		['braces', '{}'.repeat(500_000)],
		['spaces', `{reasons=${' '.repeat(1_000_000)}x, level=HIGH}`],
		['capital letters', 'A'.repeat(1_000_000)],
		['words in capitals', 'A_1 '.repeat(250_000)],
		['factors', 'A factor '.repeat(110_000)],
		['open brackets', '['.repeat(1_000_000)],
		['nested lists', `${'['.repeat(500_000)}${']'.repeat(500_000)}`],
		['nested objects', `${'{"risk":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
		['a long list', `[${'{"anonymous":true,"type":"VPN"},'.repeat(30_000)}0]`],
		['many names', `{"behaviors":{${'"a":"POSITIVE",'.repeat(65_000)}"b":1}}`],
		['backslashes', `"${'\\'.repeat(1_000_000)}`],
	])('of 1 MB is read once: %s', (_what, text) => {
		it.each<[string, LogEvent]>([
			['the risk', withDebugData({ risk: text })],
			['the behaviors', withDebugData({ behaviors: text })],
			['the JSON', withDebugData({ logOnlySecurityData: text })],
			['the tunnels', withDebugData({ tunnels: text })],
			['the reason', { outcome: { reason: text } }],
			[
				'everything else',
				mfaEvent({
					target: [{ ...enrollment, detailEntry: { methodUsedVerifiedProperties: text } }],
					client: { zone: text },
					debugContext: {
						debugData: {
							pushOnlyResponseType: text,
							pushWithNumberChallengeResponseType: text,
							threatSuspected: text,
						},
					},
					securityContext: {
						risk: { level: text, reasons: text },
						userBehaviors: [{ name: text, result: text }],
					},
				}),
			],
		])('in %s', (_where, event) => {
			expect(flawsOf(toSummary(event))).toEqual([]);
		});
	});
});

describe('The output of a node', () => {
	const mapperOf = (output: unknown) =>
		itemMapperFor({ getNodeParameter: () => output } as unknown as IWebhookFunctions);

	it('offers the summary between the event card, which is the default, and the raw event', () => {
		const { options = [], default: initial } = outputParameter;
		expect(options.map((option) => 'value' in option && option.value)).toEqual([
			'eventCard',
			'summary',
			'rawEvent',
		]);
		expect(initial).toBe('eventCard');
	});

	it.each<[unknown, unknown]>([
		['eventCard', toEventCard],
		['summary', toSummary],
		['rawEvent', toRawEvent],
		['an unknown one', toEventCard],
	])('is made for %s', (output, mapper) => {
		expect(mapperOf(output)).toBe(mapper);
	});

	it('is the event card if nothing is set', () => {
		const context = { getNodeParameter: (_name: string, fallback: unknown) => fallback };
		expect(itemMapperFor(context as unknown as IWebhookFunctions)).toBe(toEventCard);
	});
});
