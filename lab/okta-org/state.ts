import { DpopNonces } from './dpop-nonces';
import { FaultRegistry } from './faults';
import type { EventHookInput } from './event-hook';
import { oktaId, randomToken } from './ids';
import { RateLimits } from './rate-limit';
import type { ServiceApp } from './service-app';
import { SystemLog } from './system-log';
import { TokenStore } from './token-store';
import type { DeliveryAttempt, OktaOrgOptions, RecordedRequest } from './types';
import { UsedIds } from './used-ids';

/** A hook as the org stores it, with the secret that the API never returns. */
export interface StoredHook {
	id: string;
	/** Normalized, without `channel.config.authScheme.value`. */
	input: EventHookInput;
	secret?: string;
	status: 'ACTIVE' | 'INACTIVE';
	verified: boolean;
	created: number;
	lastUpdated: number;
}

/** The admin who is signed in to the org and consents. */
export const ADMIN = {
	id: '00u4k9vmx2RTqWc7Y5d7',
	login: 'ada.admin@example.com',
	name: 'Ada Admin',
} as const;

export const DEFAULT_GRANTED_SCOPES = [
	'okta.eventHooks.manage',
	'okta.eventHooks.read',
	'okta.logs.read',
	'offline_access',
];

/** The org's state. It's only in memory. */
export class OrgState {
	readonly id = oktaId('00o');

	/** Set once the server is listening. */
	url = '';

	/** The org's other address, as with a custom domain. */
	otherUrl = '';

	readonly now: () => number;

	readonly client: { readonly id: string; readonly secret: string };

	readonly redirectUris: string[] | 'any';

	readonly grantedScopes: string[];

	readonly accessTokenLifetime: number;

	readonly rotateRefreshTokens: boolean;

	readonly filterFeature: boolean;

	readonly deliveryTimeout: number;

	readonly latency: number;

	readonly descriptions: 'returned' | 'omitted' | 'truncated';

	readonly newSecretEndsVerification: boolean;

	readonly failureEndsVerification: boolean;

	readonly deactivationEndsVerification: boolean;

	readonly unsetProperties: 'null' | 'omitted';

	/** Seconds. */
	readonly dpopClockSkew: number;

	readonly duplicateNames: 'accepted' | 'rejected';

	readonly deleteOfActive: 400 | 403;

	readonly featureOff: 401 | 400;

	readonly maxEventTypes: number;

	readonly hookLimit: 400 | 403;

	readonly language: 'en' | 'fr';

	readonly rateLimits: RateLimits;

	readonly hooks = new Map<string, StoredHook>();

	readonly serviceApps = new Map<string, ServiceApp>();

	readonly tokens: TokenStore;

	readonly dpopNonces: DpopNonces;

	/** The `jti` of every DPoP proof so far. */
	readonly usedProofs = new UsedIds();

	readonly log: SystemLog;

	readonly faults = new FaultRegistry();

	requests: RecordedRequest[] = [];

	readonly deliveries: DeliveryAttempt[] = [];

	hasAdminRights = true;

	isUserActive = true;

	/** Aborted by `stop()`: ends waits and requests in flight. */
	readonly stopped = new AbortController();

	constructor(options: OktaOrgOptions) {
		this.now = options.now ?? Date.now;
		this.client = {
			id: options.clientId ?? oktaId('0oa'),
			secret: options.clientSecret ?? randomToken(),
		};
		this.redirectUris = options.redirectUris ?? 'any';
		this.grantedScopes = options.grantedScopes ?? DEFAULT_GRANTED_SCOPES;
		this.accessTokenLifetime = options.accessTokenLifetime ?? 3600;
		this.rotateRefreshTokens = options.rotateRefreshTokens ?? false;
		this.filterFeature = options.filterFeature ?? false;
		this.deliveryTimeout = options.deliveryTimeout ?? 3000;
		this.latency = options.latency ?? 0;
		this.descriptions = options.descriptions ?? 'returned';
		this.newSecretEndsVerification = options.newSecretEndsVerification ?? true;
		this.failureEndsVerification = options.failureEndsVerification ?? false;
		this.deactivationEndsVerification = options.deactivationEndsVerification ?? false;
		this.unsetProperties = options.unsetProperties ?? 'null';
		this.dpopClockSkew = options.dpopClockSkew ?? 300;
		this.duplicateNames = options.duplicateNames ?? 'accepted';
		this.deleteOfActive = options.deleteOfActive ?? 400;
		this.featureOff = options.featureOff ?? 401;
		this.maxEventTypes = options.maxEventTypes ?? Infinity;
		this.hookLimit = options.hookLimit ?? 400;
		this.language = options.language ?? 'en';
		this.rateLimits = new RateLimits(this.now, options.rateLimits);
		this.tokens = new TokenStore(this.now);
		this.dpopNonces = new DpopNonces(this.now);
		this.log = new SystemLog(this.now);
	}
}
