/** The stand-in org as tests, the demo, and the page use it. */
import type { JSONWebKeySet } from 'jose';
import type { EventHook, EventHookInput } from './event-hook';
import type { LogEvent } from './log-event';

export interface OktaOrgOptions {
	/** The default, 0, picks a free port. */
	port?: number;
	/** The clock, in milliseconds: lifetimes, `published`, `created` … all follow it. */
	now?: () => number;
	/** Redirect URIs registered for the app; `'any'` (the default) accepts any well-formed one. */
	redirectUris?: string[] | 'any';
	clientId?: string;
	clientSecret?: string;
	/** Seconds. Okta's access tokens last 3600. */
	accessTokenLifetime?: number;
	/** Whether each refresh returns a new refresh token and revokes the old one. */
	rotateRefreshTokens?: boolean;
	/** Whether the org has event hook filters (Early Access). */
	filterFeature?: boolean;
	/** How long a verification or a delivery can take, in milliseconds. Okta waits 3000. */
	deliveryTimeout?: number;
	/** Scopes that an admin granted to the app. */
	grantedScopes?: string[];
	/** Milliseconds added to every API and OAuth call. */
	latency?: number;
	/** How the API returns a hook's description. `truncated` keeps the first 60 characters. */
	descriptions?: 'returned' | 'omitted' | 'truncated';
	/** Whether a hook must be verified again after only its secret was replaced. Default: `true`. */
	newSecretEndsVerification?: boolean;
	/** Whether a verified hook must be verified again after a verification failed. Default: `false`. */
	failureEndsVerification?: boolean;
	/** Whether a verified hook must be verified again after it was deactivated. Default: `false`. */
	deactivationEndsVerification?: boolean;
	/** How the API returns a hook without a description or a filter: `null` (the default) or no property. */
	unsetProperties?: 'null' | 'omitted';
	/** How far off the `iat` of a DPoP proof can be, in seconds, in either direction. Okta allows 300. */
	dpopClockSkew?: number;
	/** Whether two hooks can have the same name (the default). If not, 400 `E0000001`. */
	duplicateNames?: 'accepted' | 'rejected';
	/** Deleting an active hook: 400 `E0000001` (the default) or 403 `E0000056`. */
	deleteOfActive?: 400 | 403;
	/** A filter in an org without the feature: 401 `E0000015` (the default) or 400 `E0000001`. */
	featureOff?: 401 | 400;
	/** Too many active and verified hooks: 400 `E0000001` (the default) or 403 `E0000166`. */
	hookLimit?: 400 | 403;
	/** How many event types a hook can have. Default: any number. Too many: 400 `E0000001`. */
	maxEventTypes?: number;
	/** Language of the error summaries, unless a request has an `Accept-Language` that starts with `en`. */
	language?: 'en' | 'fr';
	/** Calls per minute by path prefix, e.g. `{ '/api/v1/logs': 2 }`. 1000 for all other endpoints. */
	rateLimits?: Record<string, number>;
}

/** A service app ("API Services") to register in the org. */
export interface ServiceAppOptions {
	/** Its public keys, each with a `kid`. `{ keys: [] }` for an app without a key. */
	jwks: JSONWebKeySet;
	/** Scopes that an admin granted to it. */
	scopes: string[];
	/** Whether its tokens are bound to a DPoP key. Default: `true`, as for a new app in Okta. */
	dpop?: boolean;
	/** Whether it has an admin role. Default: `true`. Without one, every API call returns 403. */
	admin?: boolean;
}

export type SignInKind =
	| 'pushApproved'
	| 'pushDenied'
	| 'password'
	| 'securityKey'
	| 'sms'
	/** A wrong number in a number challenge. */
	| 'wrongNumber'
	/** A push that failed for a technical reason. */
	| 'pushError';

/** What happens to an account before and after an MFA sign-in. */
export type AccountEventKind =
	| 'factorEnrolled'
	| 'factorReset'
	| 'allFactorsReset'
	| 'factorSuspended'
	| 'factorUnsuspended'
	| 'factorUpdated'
	| 'sessionStarted'
	| 'sessionContextChanged'
	| 'passwordReset'
	| 'passwordChanged'
	| 'accountLocked'
	| 'deviceEnrolled'
	| 'deviceAdded'
	| 'suspiciousActivityReported'
	| 'userRiskDetected'
	| 'breachedCredentialDetected'
	| 'pushDeniedOnClassic'
	| 'pushSent'
	| 'bypassAttempted'
	| 'adminConsoleOpened'
	| 'signOnPolicyEvaluated'
	| 'passwordExpired';

export type EventKind = SignInKind | AccountEventKind;

/** Part of a value: objects are merged key by key, anything else (arrays too) is replaced. */
export type DeepPartial<T> = T extends readonly unknown[]
	? T
	: T extends object
		? { [K in keyof T]?: DeepPartial<T[K]> }
		: T;

export type EventOverrides = DeepPartial<LogEvent>;

/** One HTTP request that tried to deliver events to a hook. */
export interface DeliveryAttempt {
	hookId: string;
	/** The envelope's `eventId`: it identifies the delivery, and its retry carries the same one. */
	eventId: string;
	/** 1 for the first try, 2 for the retry. */
	attempt: number;
	/** The HTTP status of the response. If `undefined`, `error` says why. */
	status?: number;
	/** Why there was no usable response: a timeout, a refused connection, … */
	error?: string;
	/** Whether Okta counts the delivery as successful: 200 or 204. */
	delivered: boolean;
	/** The `uuid` of every event in this delivery. */
	uuids: string[];
	/** When it was sent, ISO 8601. */
	time: string;
	/** Milliseconds. */
	duration: number;
	/** The body that was sent. */
	body: DeliveryBody;
}

/** An event as a hook receives it: no `null` keys, and `client.ipChain` in place of `request.ipChain`. */
export type DeliveredEvent = Record<string, unknown> & { uuid: string; eventType: string };

export interface DeliveryBody {
	eventType: 'com.okta.event_hook';
	eventTypeVersion: '1.0';
	cloudEventsVersion: '0.1';
	source: string;
	eventId: string;
	data: { events: DeliveredEvent[] };
	eventTime: string;
	contentType: 'application/json';
}

export interface SignInResult {
	event: LogEvent;
	/** Every attempt at every matching hook, in the order in which they ended. */
	deliveries: DeliveryAttempt[];
}

/** A call to the API or the OAuth endpoints. Never contains a token. */
export interface RecordedRequest {
	method: string;
	/** With the query string at the API, without it at the OAuth endpoints. */
	path: string;
	/** `undefined` until there's a response, or if the connection was destroyed. */
	status?: number;
	/** ISO 8601. */
	time: string;
	/** The scope of the access token, if it's valid. */
	scope?: string;
	userAgent?: string;
	acceptLanguage?: string;
	/** `authorization_code`, `refresh_token` or `client_credentials`, at the token endpoint. */
	grantType?: string;
}

export interface Fault {
	/** Default: any method. */
	method?: string;
	/** The exact path without the query string, or a pattern that it must match. */
	path: string | RegExp;
	/**
	 * Respond with this status, and with Okta's usual error for it if there's no `body`. Without `status`,
	 * `drop`, and `body`, the call is only delayed.
	 */
	status?: number;
	headers?: Record<string, string>;
	/** A string is sent as it is, anything else as JSON. */
	body?: unknown;
	/** Milliseconds to wait first. */
	delay?: number;
	/** Destroy the socket without a response. */
	drop?: boolean;
	/** How many calls it affects. Default: all. */
	times?: number;
}

export interface Faults {
	/** Makes matching calls fail. Returns a function that removes the fault. */
	addFault(fault: Fault): () => void;
	clearFaults(): void;
}

export interface TokenResponse {
	token_type: 'Bearer';
	expires_in: number;
	access_token: string;
	scope: string;
	refresh_token?: string;
}

/** What an admin does in the Okta Admin Console. Needs no token and no scope, but follows the same rules. */
export interface AdminConsole {
	createHook(input: EventHookInput): EventHook;
	/** Replaces these properties (`channel` as a whole), with all the effects of a replace call. */
	editHook(id: string, changes: Partial<EventHookInput>): EventHook;
	verifyHook(id: string): Promise<EventHook>;
	activateHook(id: string): EventHook;
	deactivateHook(id: string): EventHook;
	/** Deactivates it first, if necessary. */
	deleteHook(id: string): void;
}

export interface OktaOrg {
	/** `http://127.0.0.1:PORT`, without a trailing slash. */
	readonly url: string;
	/** The same org at another address, as with a custom domain: `http://localhost:PORT`. */
	readonly otherUrl: string;
	/** The org's ID, which is the same at all of its addresses. */
	readonly id: string;
	/** The app integration registered in the org. */
	readonly client: { readonly id: string; readonly secret: string };
	readonly faults: Faults;
	readonly console: AdminConsole;

	/** A snapshot of all hooks, as the API would return them. */
	hooks(): EventHook[];
	/** The `authScheme.value` that Okta never returns. For tests. */
	secretOf(hookId: string): string | undefined;
	/** A snapshot of the System Log, oldest first. */
	log(): LogEvent[];
	/** All calls of the API, the OAuth endpoints and the org's metadata so far. */
	requests(): RecordedRequest[];
	clearRequests(): void;
	/** All delivery attempts so far, in the order in which they ended. */
	deliveries(): DeliveryAttempt[];

	/** Signs a user in: logs the event and delivers it. Resolves when all attempts have ended. */
	signIn(kind: SignInKind, overrides?: EventOverrides): Promise<SignInResult>;
	/** The same for any event. */
	emit(kind: EventKind, overrides?: EventOverrides): Promise<SignInResult>;
	/** Logs these events and delivers them together, in one call per hook. */
	publish(events: LogEvent[]): Promise<DeliveryAttempt[]>;
	/** An event of this kind that isn't logged or delivered yet. Pass it to `publish`. */
	buildEvent(kind: EventKind, overrides?: EventOverrides): LogEvent;
	/** Sends a delivery (by its `eventId`) again, byte for byte, because Okta delivers at least once. */
	redeliver(eventId: string): Promise<DeliveryAttempt[]>;

	/** A token response, as if the user had consented. Default scope: all granted scopes. */
	issueTokens(scope?: string): Promise<TokenResponse>;
	/** Registers a service app; returns its client ID. */
	addServiceApp(options: ServiceAppOptions): string;
	/** Replaces the scopes that a service app was granted. Its tokens stay as they are. */
	grantScopes(clientId: string, scopes: string[]): void;
	/** Revokes all DPoP nonces, so the next token request gets a new one. */
	rotateDpopNonce(): void;

	/** Expires all access tokens that were issued so far. */
	expireAccessTokens(): void;
	/** Revokes all refresh tokens that were issued so far. */
	revokeRefreshTokens(): void;
	/** Deactivates the signed-in admin's account: revokes all user tokens and blocks sign-ins. */
	deactivateUser(): void;
	/** Sets whether the signed-in user has the admin role. Without it, every API call returns 403. */
	setAdminRights(hasRights: boolean): void;

	/** Closes every socket, aborts deliveries in flight, and leaves nothing running. */
	stop(): Promise<void>;
}
